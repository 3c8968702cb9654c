/// The shared work of replicas, in places that are used again.
struct WorkPool<Work> {
    private var places: [Work?] = []
    private var free: [Int] = []

    subscript(place: Int) -> Work {
        get {
            guard let work = self.places[place] else { preconditionFailure("no work at \(place)") }
            return work
        }
        _modify {
            // Taken out while it is changed, so that its arrays are not copied.
            guard var work = self.places[place].take() else { preconditionFailure("no work at \(place)") }
            defer { self.places[place] = work }
            yield &work
        }
    }

    mutating func add(_ work: Work) -> Int {
        if let place = self.free.popLast() {
            self.places[place] = work
            return place
        }
        self.places.append(work)
        return self.places.count - 1
    }

    mutating func remove(_ place: Int) {
        self.places[place] = nil
        self.free.append(place)
    }
}
