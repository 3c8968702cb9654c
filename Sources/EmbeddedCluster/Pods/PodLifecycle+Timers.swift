import Telemetry
import Timekeeping

extension PodLifecycle {
    mutating func fired(_ timer: PodTimer) {
        switch timer {
        case .probe(let run, let kind):
            guard let index = self.index(of: run), self.isServing, self.containers[index].endingBecause == nil,
                self.containers[index].trackers[kind] != nil
            else { return }
            self.actions.append(.probe(run, kind))
        case .restart(let run):
            guard let index = self.index(of: run), self.stage == .serving,
                case .waiting = self.containers[index].stage
            else { return }
            self.start(index)
        case .killContainer(let run):
            guard let index = self.index(of: run), case .running = self.containers[index].stage else { return }
            self.actions.append(.signal(run, .kill))
        case .drainOver:
            guard case .draining = self.stage else { return }
            self.stop(within: self.settings.leastStopGrace)
        case .killPod:
            guard case .stopping = self.stage else { return }
            self.stage = .stopping(isKilling: true)
            for index in self.containers.indices {
                guard case .running = self.containers[index].stage else { continue }
                self.actions.append(.signal(self.run(of: index), .kill))
            }
        }
    }
}
