/// The dashboard as one page: markup, style and script in one answer, nothing fetched from elsewhere.
struct DashboardPage: Sendable {
    private let parts: [String]

    init() {
        // The page names where style, script and nonce go; everything between is sent as it is.
        let page = String(decoding: PackageResources.dashboard_html, as: UTF8.self)
            .replacing("/*STYLE*/", with: String(decoding: PackageResources.dashboard_css, as: UTF8.self))
            .replacing("/*SCRIPT*/", with: String(decoding: PackageResources.dashboard_js, as: UTF8.self))
        self.parts = page.split(separator: "NONCE", omittingEmptySubsequences: false).map(String.init)
    }

    /// - Parameter nonce: Proves to the browser that the style and script are the page's own.
    func html(nonce: String) -> [UInt8] { Array(self.parts.joined(separator: nonce).utf8) }

    /// What the browser may do with the page: run its own script, ask this server, and nothing else.
    static func contentSecurityPolicy(nonce: String) -> String {
        "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    static func nonce() -> String {
        String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36)
    }
}
