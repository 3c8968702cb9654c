import CCurl

/// What libcurl's error codes mean to the caller of an exchange.
enum CurlErrors {
    static func meaning(of code: CURLcode) -> (code: HTTPClientError.Code, hint: String?) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            (.unreachable, "check the host name, and that the machine can resolve names")
        case CURLE_COULDNT_CONNECT:
            (.unreachable, "check that the server runs and listens on that address and port")
        case CURLE_OPERATION_TIMEDOUT:
            (.timedOut, nil)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            (.tls, "give the certificate authority that signed the server's certificate")
        case CURLE_SSL_CERTPROBLEM:
            (.tls, "check the client's certificate and key")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            (.tls, nil)
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            (.aborted, nil)
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_FAILED_INIT:
            (.invalidRequest, nil)
        case CURLE_TOO_MANY_REDIRECTS:
            (.tooManyRedirects, nil)
        // The scheme was looked at before, so CURLE_UNSUPPORTED_PROTOCOL is about the answer here.
        default:
            (.malformedReply, nil)
        }
    }
}
