import RoutingCore
import ScalingCore
import SimulationKit
import Timekeeping

// MARK: - The beginning

extension Simulation {
    mutating func setUp() {
        for service in self.scenario.services.indices { self.addService(service) }
        self.addSources()
        self.scheduleFaults()
        for pool in (self.cluster?.pools ?? []).indices {
            while let state = self.cluster?.pools[pool], state.nodes < state.floor {
                self.orderNode(pool, isThere: true)
            }
        }
        for service in self.services.indices {
            for _ in 0..<self.services[service].model.initialReplicas { self.addReadyReplica(service) }
            if let topic = self.services[service].topic {
                self.schedule(.poll, at: Int64((topic.model.pollSeconds * 1e9).rounded()), argument: service)
            }
        }
        self.gatherPolicies()
        if self.warmUp > 0 {
            self.isCounting = false
            self.schedule(.warmUpEnd, at: self.warmUp, argument: 0)
        }
        let step = Int64((self.scenario.recording.timelineSeconds * 1e9).rounded())
        self.result.timeline = Timeline(stepNanoseconds: step)
        if step > 0 { self.schedule(.timeline, at: step, argument: 0) }
        self.beginPolicies()
    }

    private mutating func addService(_ index: Int) {
        let model = self.scenario.services[index]
        var slots = -1
        var time = Distribution.constant(0)
        var firstTime: Distribution?
        if case .slots(let serving) = model.serving {
            slots = serving.slots
            time = serving.time
            firstTime = serving.firstTime
        }
        var gateway = GatewayModel()
        var topic: TopicState?
        switch model.entry {
        case .gateway(let model): gateway = model
        case .queue(let model): topic = TopicState(model)
        }
        let isQueue = topic != nil
        let patience = gateway.waitTimeoutSeconds
        func stream(_ purpose: RandomPurpose) -> RandomStream {
            RandomStream(seed: self.seed, replication: self.replication, purpose: purpose, entity: index)
        }
        let step = Int64((self.scenario.recording.timelineSeconds * 1e9).rounded())
        let state = ServiceState(
            index: index,
            model: model,
            serving: model.serving,
            slots: slots,
            time: time,
            firstTime: firstTime,
            hasFirstTime: firstTime != nil,
            hasObjective: model.objective != nil,
            gateway: gateway,
            waitTimeout: isQueue || patience >= 9e9 ? .max : Int64((patience * 1e9).rounded()),
            isQueue: isQueue,
            minReplicas: model.scaling.bounded(0),
            image: self.intern(model.startup.image),
            weights: self.intern(model.startup.weights),
            dispatcher: RevisionDispatcher(
                limits: .init(
                    containerConcurrency: gateway.containerConcurrency,
                    queueCapacity: gateway.queueCapacity
                ),
                choice: gateway.choice,
                now: .zero
            ),
            topic: topic,
            rest: ServiceRest(kept: KeptReports(service: index, first: 0, interval: self.reportInterval)),
            result: ServiceResult(name: model.name, timelineStepNanoseconds: step),
            startupStream: stream(.startup),
            keepAliveStream: stream(.keepAlive),
            retryStream: stream(.retries),
            batchStream: stream(.batches)
        )
        self.services.append(state)
    }

    private mutating func intern(_ artifact: Artifact?) -> Int {
        guard let artifact else { return -1 }
        if let known = self.artifacts.firstIndex(where: { $0.name == artifact.name }) { return known }
        self.artifacts.append(artifact)
        return self.artifacts.count - 1
    }

    private mutating func addSources() {
        for (service, model) in self.scenario.services.enumerated() {
            for (workload, kind) in model.workloads.enumerated() {
                let context = self.context(service: service, workload: workload)
                let source = self.sources.count
                switch kind {
                case .open(let process):
                    var cursor = process.source(context)
                    let first = cursor.next()
                    self.sources.append(
                        SourceState(
                            service: service,
                            source: cursor is RenewalSource ? nil : cursor,
                            renewal: cursor as? RenewalSource,
                            loop: nil,
                            pending: first,
                            sizes: context.stream(.requestSize),
                            think: context.stream(.thinkTime)
                        )
                    )
                    if let first { self.schedule(.arrival, at: max(0, first.at.nanoseconds), argument: source) }
                case .closed(let loop):
                    self.sources.append(
                        SourceState(
                            service: service,
                            source: nil,
                            loop: loop,
                            pending: nil,
                            sizes: context.stream(.requestSize),
                            think: context.stream(.thinkTime)
                        )
                    )
                    for _ in 0..<loop.clients {
                        let pause = loop.think.sampleNanoseconds(&self.sources[source].think)
                        self.schedule(.clientThought, after: pause, argument: source)
                    }
                }
            }
        }
    }

    /// A workload's own numbers do not depend on how many others there are before it in other services.
    private func context(service: Int, workload: Int) -> ArrivalContext {
        ArrivalContext(
            seed: self.seed,
            replication: self.replication,
            entity: service << 16 | workload,
            horizon: MonotonicInstant(nanoseconds: self.horizon)
        )
    }

    /// A replica that was there before the run began.
    private mutating func addReadyReplica(_ service: Int) {
        let replica = self.newReplica(service)
        self.services[service].starting += 1
        if self.cluster != nil { self.settleAtOnce(replica, service: service) }
        self.enter(.ready, replica)
        self.prepareWork(replica, service: service)
        self.noteMost(service)
        guard let id = self.replicas[replica].id else { return self.consumerJoins(replica, service: service) }
        self.carryOut(self.services[service].dispatcher.replicaBecameReady(id), service: service)
    }
}

// MARK: - Policies

extension Simulation {
    /// Services of one group share a policy; every other service has its own.
    private mutating func gatherPolicies() {
        var groups: [String: Int] = [:]
        for service in self.services.indices {
            let reference = self.services[service].model.policy
            if let group = reference.group, let known = groups[group] {
                self.governed[known].append(service)
                self.services[service].policy = known
                continue
            }
            if let group = reference.group { groups[group] = self.governed.count }
            self.services[service].policy = self.governed.count
            self.governed.append([service])
            self.references.append(reference)
        }
    }

    /// Makes every policy as if the autoscaler had just started, and asks it.
    mutating func beginPolicies() {
        self.policies = self.governed.indices.map { self.policy($0) }
        for service in self.services.indices {
            self.services[service].interests = self.policies[self.services[service].policy].interests
        }
        for service in self.services.indices {
            self.services[service].desired = self.services[service].ready + self.services[service].starting
            self.decide(service)
        }
    }

    private func policy(_ position: Int) -> any ScalingPolicy {
        let reference = self.references[position]
        guard let factory = self.catalogue[reference.name] else {
            preconditionFailure("no policy named \(reference.name)")
        }
        let services = self.governed[position].map { service in
            let model = self.services[service].model
            let contexts = model.workloads.indices.map { self.context(service: service, workload: $0) }
            return PolicyContext.Service(
                index: service,
                model: model,
                meanStartSeconds: self.meanStart(model),
                future: {
                    zip(model.workloads, contexts).compactMap { workload, context in
                        guard case .open(let process) = workload else { return nil }
                        return process.source(context)
                    }
                }
            )
        }
        return factory.make(
            PolicyContext(
                services: services,
                pipeline: self.scenario.metrics,
                parameters: reference,
                now: self.instant,
                readyReplicas: self.governed[position].map { self.services[$0].ready }
            )
        )
    }

    /// From the order until ready on a node that has nothing yet, links at full speed.
    private func meanStart(_ model: ServiceModel) -> Double? {
        var sum = 0.0
        let laws = [
            model.startup.scheduling, model.startup.image?.time, model.startup.weights?.time, model.startup.warmUp,
        ]
        for law in laws.compactMap(\.self) {
            guard let mean = law.mean else { return nil }
            sum += mean
        }
        let speed = self.scenario.cluster?.pools.compactMap(\.bytesPerSecond).max()
        if let speed { sum += ((model.startup.image?.bytes ?? 0) + (model.startup.weights?.bytes ?? 0)) / speed }
        return sum
    }
}
