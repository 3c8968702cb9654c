extension JSONValue {
    /// The value after an RFC 7396 merge patch: members of `patch` replace those of the value, `null` removes a member,
    /// objects are merged member by member, and everything else, lists too, is replaced as a whole.
    public func merging(patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var object = self.objectValue ?? JSONObject()
        for (key, change) in changes.members {
            if case .null = change {
                object[key] = nil
            } else {
                object[key] = (object[key] ?? .null).merging(patch: change)
            }
        }
        return .object(object)
    }

    /// The smallest merge patch that turns this value into `target`.
    ///
    /// A merge patch cannot set a member to `null` and cannot reach into a list: a member that is `null` in `target` is
    /// absent after patching, and a list in which anything differs is sent whole.
    ///
    /// - Returns: An empty object when nothing differs.
    public func mergePatch(to target: JSONValue) -> JSONValue {
        guard case .object(let old) = self, case .object(let new) = target else {
            return self == target ? [:] : target
        }
        var patch = JSONObject()
        for (key, value) in new.members {
            guard let before = old[key] else {
                patch[key] = value
                continue
            }
            guard before != value else { continue }
            if case .object = before, case .object = value {
                let inner = before.mergePatch(to: value)
                // Only members that are null on either side differ: a merge patch has no words for that.
                if inner != [:] { patch[key] = inner }
            } else {
                patch[key] = value
            }
        }
        for (key, _) in old.members where new[key] == nil { patch[key] = .null }
        return .object(patch)
    }
}
