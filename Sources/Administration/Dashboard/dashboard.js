"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const maximumCards = 200;
  const maximumEvents = 100;
  const maximumDots = 60;
  const words = { ready: "serving", idle: "at zero", starting: "starting", notReady: "not ready", unknown: "new" };
  const moods = {
    requestWaiting: "hot", replicaStarting: "warm", replicaReady: "good", replicaDraining: "cool",
    replicaStopped: "cool", replicaFailed: "bad", coldStartServed: "good", scaled: "warm", scaledToZero: "cool",
    panicBegan: "hot", panicEnded: "good", serviceReady: "good", serviceFailed: "bad",
    configurationRejected: "bad", warning: "bad", activitiesMissed: "bad",
  };
  const cards = new Map();
  let clockOffset = 0;

  // Text is only ever set as text: names and messages come from anyone who may apply a manifest.
  const setText = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const setClass = (element, name) => { if (element.className !== name) element.className = name; };

  // MARK: Words for numbers

  const number = (value, digits = 1) => {
    if (value >= 10000) return `${(value / 1000).toFixed(0)}k`;
    const text = value.toFixed(value >= 100 ? 0 : digits);
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  };
  const milliseconds = (value) => value >= 1000 ? `${number(value / 1000, 2)} s` : `${number(value)} ms`;
  const age = (time) => {
    const seconds = Math.max(0, (Date.now() + clockOffset - Date.parse(time)) / 1000);
    if (!Number.isFinite(seconds)) return "";
    if (seconds < 1.5) return "just now";
    if (seconds < 90) return `${Math.round(seconds)} s ago`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
    if (seconds < 129600) return `${Math.round(seconds / 3600)} h ago`;
    return `${Math.round(seconds / 86400)} d ago`;
  };

  // MARK: Services

  const sum = (services, value) => services.flatMap((service) => service.revisions).reduce((a, r) => a + value(r), 0);

  const showTotals = (services) => {
    const known = services.flatMap((service) => service.revisions).some((revision) => revision.load);
    const load = (value) => known ? number(sum(services, (r) => r.load ? value(r.load) : 0)) : "–";
    setText(byId("total-services"), String(services.length));
    setText(byId("total-replicas"), String(sum(services, (r) => r.readyReplicas)));
    setText(byId("total-in-flight"), load((l) => l.inFlight));
    setText(byId("total-waiting"), load((l) => l.waiting));
    setText(byId("total-rate"), load((l) => l.requestsPerSecond));
  };

  const showServices = (services) => {
    const filter = byId("filter");
    filter.hidden = services.length < 6 && filter.value === "";
    const wanted = filter.value.trim().toLowerCase();
    const matching = services.filter((s) => `${s.namespace}/${s.name}`.toLowerCase().includes(wanted));
    const shown = matching.slice(0, maximumCards);
    const list = byId("services");
    const keys = new Set();
    shown.forEach((service, index) => {
      const key = `${service.namespace}/${service.name}`;
      keys.add(key);
      let card = cards.get(key);
      if (!card) {
        card = byId("service-card").content.firstElementChild.cloneNode(true);
        cards.set(key, card);
      }
      if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
      showService(card, service);
    });
    for (const [key, card] of cards) {
      if (!keys.has(key)) { card.remove(); cards.delete(key); }
    }
    byId("empty").hidden = services.length > 0;
    const hidden = matching.length - shown.length;
    byId("more").hidden = hidden === 0;
    setText(byId("more"), `${hidden} more; filter to find them.`);
  };

  const showService = (card, service) => {
    setText(card.querySelector(".name"), service.name);
    setText(card.querySelector(".namespace"), service.namespace === "default" ? "" : service.namespace);
    const url = card.querySelector(".url");
    setText(url, service.url ?? "no address yet");
    if (service.url && /^https?:/.test(service.url)) url.href = service.url; else url.removeAttribute("href");
    const logs = card.querySelector(".logs");
    logs.href = `/api/logs?tail=500&namespace=${encodeURIComponent(service.namespace)}`
      + `&name=${encodeURIComponent(service.name)}`;
    const pill = card.querySelector(".state");
    setText(pill, words[service.state] ?? service.state);
    setClass(pill, `pill state ${service.state}`);
    card.querySelector(".panic").hidden = !service.revisions.some((r) => r.scaling.panicking);
    const trouble = card.querySelector(".trouble");
    const failed = service.revisions.flatMap((r) => r.replicas).find((r) => r.state === "failed" && r.message);
    const message = service.message ?? (failed ? `${failed.name}: ${failed.message}` : "");
    trouble.hidden = !message;
    setText(trouble, message);
    const rows = card.querySelector(".revisions");
    while (rows.children.length > service.revisions.length) rows.lastElementChild.remove();
    service.revisions.forEach((revision, index) => {
      const row = rows.children[index]
        ?? rows.appendChild(byId("revision-row").content.firstElementChild.cloneNode(true));
      showRevision(row, revision, service.revisions.length > 1);
    });
    showEvents(card.querySelector(".events"),
      (latest.scaledObjects ?? []).filter((o) => o.namespace === service.namespace && o.service === service.name));
    showColdStart(card.querySelector(".cold"), service.coldStart);
  };

  // MARK: Event sources

  const eventState = (object) => {
    if (object.paused) return ["paused", ""];
    if (object.fallback) return ["fallback in force", "bad"];
    if (object.ready === false) return ["cannot be read", "bad"];
    if (object.active) return [object.ready ? "active" : "active, in part", "active"];
    return [object.active === false ? "quiet" : "not read yet", ""];
  };

  const showEvents = (place, objects) => {
    place.hidden = objects.length === 0;
    while (place.children.length > objects.length) place.lastElementChild.remove();
    objects.forEach((object, index) => {
      const block = place.children[index]
        ?? place.appendChild(byId("event-block").content.firstElementChild.cloneNode(true));
      setText(block.querySelector(".event-name"), object.name);
      const [word, mood] = eventState(object);
      setText(block.querySelector(".event-state"), word);
      setClass(block.querySelector(".event-state"), `event-state ${mood}`);
      const desired = object.desiredReplicas;
      const wanted = desired !== undefined && desired !== object.readyReplicas ? `, ${desired} wanted` : "";
      setText(block.querySelector(".event-replicas"), `${object.readyReplicas} ready${wanted}`);
      const shown = object.triggers.some((trigger) => trigger.problem);
      const trouble = block.querySelector(":scope > .trouble");
      trouble.hidden = shown || !object.message || object.ready !== false;
      setText(trouble, object.message ?? "");
      showTriggers(block.querySelector(".triggers"), object);
      const decision = object.lastDecision;
      setText(block.querySelector(".when"), decision ? age(decision.time) : "");
      setText(block.querySelector(".why"), decision ? decision.reason : "No decision yet.");
    });
  };

  const showTriggers = (list, object) => {
    while (list.children.length > object.triggers.length) list.lastElementChild.remove();
    object.triggers.forEach((trigger, index) => {
      const row = list.children[index]
        ?? list.appendChild(byId("trigger-row").content.firstElementChild.cloneNode(true));
      const dot = trigger.problem ? "failed" : trigger.active ? "ready" : "quiet";
      setClass(row.querySelector(".dot"), `dot ${dot}`);
      setText(row.querySelector(".trigger-name"), trigger.name ? `${trigger.name} (${trigger.type})` : trigger.type);
      const metric = trigger.metrics[0];
      setText(row.querySelector(".trigger-value b"), metric ? number(metric.value) : "?");
      setText(row.querySelector(".trigger-value .muted"), metric ? `target ${number(metric.target)}` : "");
      row.querySelector(".trigger-value").title = trigger.metrics
        .map((m) => `${m.name}: ${number(m.value)} of ${number(m.target)}`).join(", ");
      const share = metric ? 100 * metric.value / (metric.target * Math.max(1, object.readyReplicas)) : 0;
      const bar = row.querySelector(".meter span");
      bar.style.width = `${Math.min(100, share)}%`;
      setClass(bar, share > 100 ? "over" : share > 80 ? "high" : "");
      row.querySelector(".meter").setAttribute("aria-label", `${Math.round(share)} % of the target`);
      const next = trigger.nextReadTime ? (Date.parse(trigger.nextReadTime) - Date.now() - clockOffset) / 1000 : null;
      const when = trigger.readTime ? `read ${age(trigger.readTime)}` : "not read yet";
      setText(row.querySelector(".trigger-time"),
        next === null ? when : `${when}, next in ${number(Math.max(0, next), 0)} s`);
      const trouble = row.querySelector(".trouble");
      trouble.hidden = !trigger.problem;
      setText(trouble, trigger.problem ?? "");
    });
  };

  // Deployments that no service owns have a card of their own.
  const showWorkloads = (objects) => {
    const list = byId("workloads");
    const shown = objects.slice(0, maximumCards);
    while (list.children.length > shown.length) list.lastElementChild.remove();
    shown.forEach((object, index) => {
      const card = list.children[index]
        ?? list.appendChild(byId("workload-card").content.firstElementChild.cloneNode(true));
      setText(card.querySelector(".name"), object.target);
      setText(card.querySelector(".namespace"), object.namespace === "default" ? "" : object.namespace);
      const isUp = object.readyReplicas > 0;
      const state = isUp ? "ready" : (object.desiredReplicas ?? 0) > 0 ? "starting" : "idle";
      setText(card.querySelector(".state"), isUp ? "running" : words[state]);
      setClass(card.querySelector(".state"), `pill state ${state}`);
      showEvents(card.querySelector(".events"), [object]);
    });
  };

  const showRevision = (row, revision, isOneOfMany) => {
    const name = row.querySelector(".revision-name");
    name.hidden = !isOneOfMany;
    const share = revision.trafficPercent === undefined ? "" : ` · ${revision.trafficPercent} % of requests`;
    setText(name, revision.name + share);
    setText(row.querySelector(".count"), String(revision.readyReplicas));
    const desired = revision.desiredReplicas;
    const differs = desired !== undefined && desired !== revision.readyReplicas;
    setText(row.querySelector(".of"), differs ? `ready, ${desired} wanted` : "ready");
    showDots(row.querySelector(".dots"), revision.replicas);

    const scaling = revision.scaling;
    const unit = scaling.metric === "rps" ? " req/s" : "";
    const perReplica = revision.loadPerReplica;
    setText(row.querySelector(".now"), perReplica === undefined ? "?" : number(perReplica));
    setText(row.querySelector(".target"), `target ${number(scaling.target)}${unit}`);
    const share100 = perReplica === undefined ? 0 : 100 * perReplica / scaling.target;
    const meter = row.querySelector(".meter");
    meter.firstElementChild.style.width = `${Math.min(100, share100)}%`;
    setClass(meter.firstElementChild, share100 > 100 ? "over" : share100 > 80 ? "high" : "");
    meter.setAttribute("aria-label", `${Math.round(share100)} % of the target`);

    const load = revision.load;
    setText(row.querySelector(".waiting"), load ? String(load.waiting) : "?");
    setText(row.querySelector(".per-second"), load ? number(load.requestsPerSecond) : "?");
    setClass(row.querySelector(".queue"), load && load.waiting > 0 ? "figure queue busy" : "figure queue");
    showCurve(row.querySelector(".spark"), revision);

    const decision = revision.lastDecision;
    setText(row.querySelector(".when"), decision ? age(decision.time) : "");
    setText(row.querySelector(".why"), decision ? decision.reason : "No decision yet.");
  };

  const showDots = (dots, replicas) => {
    const order = { ready: 0, starting: 1, draining: 2, failed: 3 };
    const sorted = [...replicas].sort((a, b) => order[a.state] - order[b.state]);
    const key = sorted.map((r) => `${r.name} ${r.state}`).join();
    if (dots.dataset.key === key) return;
    dots.dataset.key = key;
    dots.replaceChildren(...sorted.slice(0, maximumDots).map((replica) => {
      const dot = document.createElement("span");
      dot.className = `dot ${replica.state}`;
      dot.title = `${replica.name}: ${replica.state}${replica.message ? `, ${replica.message}` : ""}`;
      return dot;
    }));
    if (sorted.length > maximumDots || sorted.length === 0) {
      const rest = document.createElement("span");
      rest.className = "none";
      rest.textContent = sorted.length === 0 ? "none, costs nothing" : `+${sorted.length - maximumDots}`;
      dots.append(rest);
    }
    dots.setAttribute("aria-label", sorted.map((r) => r.state).join(", ") || "no replicas");
  };

  const showCurve = (spark, revision) => {
    const [width, height] = [180, 44];
    const values = revision.history ?? [];
    const scaling = revision.scaling;
    const limit = scaling.metric === "rps" ? 0 : scaling.target * Math.max(1, revision.readyReplicas);
    const top = Math.max(1, ...values) * 1.15;
    const x = (index) => width - values.length + 1 + index;
    const y = (value) => height - 1 - (height - 3) * Math.min(1, value / top);
    const points = values.map((value, index) => `${x(index)} ${y(value).toFixed(1)}`).join("L");
    const idle = `M0 ${height - 1}L${width} ${height - 1}`;
    spark.querySelector(".line").setAttribute("d", points ? `M${points}` : idle);
    spark.classList.toggle("idle", !points);
    const base = `L${width} ${height - 1}L${x(0)} ${height - 1}Z`;
    spark.querySelector(".area").setAttribute("d", points ? `M${points}${base}` : "");
    const line = spark.querySelector(".limit");
    const visible = limit > 0 && limit <= top;
    line.setAttribute("y1", visible ? y(limit) : -9);
    line.setAttribute("y2", visible ? y(limit) : -9);
    line.setAttribute("opacity", visible ? 1 : 0);
    const peak = values.length ? `peak ${number(Math.max(...values))}` : "no load";
    spark.setAttribute("aria-label", `Concurrency of the last three minutes, ${peak}`);
  };

  // MARK: Cold starts

  // `wait` is the whole; `start` contains what the replica says of itself. Shown is what adds up to the whole.
  const coldStartParts = (phases) => {
    const value = (name) => phases.find((phase) => phase.name === name)?.milliseconds;
    const own = phases.filter((phase) => !["wait", "schedule", "start"].includes(phase.name));
    const ownTotal = own.reduce((total, phase) => total + phase.milliseconds, 0);
    const parts = [{ name: "schedule", milliseconds: value("schedule") ?? 0 }];
    parts.push({ name: "spawn", milliseconds: Math.max(0, (value("start") ?? ownTotal) - ownTotal) }, ...own);
    const told = parts.reduce((total, part) => total + part.milliseconds, 0);
    const total = value("wait") ?? told;
    if (total - told > 0.5) parts.push({ name: "hand over", milliseconds: total - told });
    return { total, parts: parts.filter((part) => part.milliseconds > 0) };
  };

  const showColdStart = (element, coldStart) => {
    element.hidden = !coldStart;
    if (!coldStart) return;
    setText(element.querySelector(".age"), age(coldStart.time));
    if (element.dataset.time === coldStart.time) return;
    element.dataset.time = coldStart.time;
    const { total, parts } = coldStartParts(coldStart.phases);
    setText(element.querySelector(".cold-total"), milliseconds(total));
    const bar = element.querySelector(".phases");
    bar.replaceChildren(...parts.map((part, index) => {
      const piece = document.createElement("span");
      piece.className = `p${index % 8}`;
      piece.style.flexGrow = String(part.milliseconds);
      piece.title = `${part.name} ${milliseconds(part.milliseconds)}`;
      return piece;
    }));
    bar.setAttribute("aria-label", parts.map((p) => `${p.name} ${milliseconds(p.milliseconds)}`).join(", "));
    element.querySelector(".phase-list").replaceChildren(...parts.map((part, index) => {
      const item = document.createElement("li");
      const swatch = document.createElement("i");
      swatch.className = `p${index % 8}`;
      const value = document.createElement("b");
      value.textContent = milliseconds(part.milliseconds);
      item.append(swatch, `${part.name} `, value);
      return item;
    }));
  };

  // MARK: Activity

  const showActivity = (activity, isNew) => {
    const item = document.createElement("li");
    item.className = `${moods[activity.kind] ?? ""}${isNew ? " new" : ""}`;
    const mark = document.createElement("span");
    mark.className = "mark";
    const head = document.createElement("div");
    head.className = "head";
    const subject = document.createElement("span");
    subject.className = "subject";
    subject.textContent = activity.subject.replace(/^default\//, "") || "platform";
    const time = document.createElement("time");
    time.dateTime = activity.time;
    time.title = activity.time;
    time.textContent = new Date(activity.time).toLocaleTimeString([], { hour12: false });
    head.append(subject, time);
    const message = document.createElement("div");
    message.className = "message";
    message.textContent = activity.message;
    item.append(mark, head, message);
    const feed = byId("feed");
    feed.prepend(item);
    while (feed.children.length > maximumEvents) feed.lastElementChild.remove();
    byId("quiet").hidden = true;
  };

  // MARK: Asking

  const connection = byId("connection");
  const tell = (text, name) => { setText(connection, text); setClass(connection, `connection ${name}`); };
  let latest = null;
  let isAsking = false;
  let askAgain = false;

  const show = () => {
    if (!latest) return;
    setText(byId("version"), latest.version);
    showTotals(latest.services);
    showServices(latest.services);
    const names = new Set(latest.services.map((service) => `${service.namespace}/${service.name}`));
    const own = (latest.scaledObjects ?? []).filter((o) => !names.has(`${o.namespace}/${o.service}`));
    showWorkloads(own);
    byId("empty").hidden = latest.services.length + own.length > 0;
  };

  const ask = async () => {
    if (isAsking) { askAgain = true; return; }
    isAsking = true;
    try {
      const answer = await fetch("/api/status?history", { cache: "no-store" });
      if (!answer.ok) throw new Error(await answer.text());
      latest = await answer.json();
      clockOffset = Date.parse(latest.time) - Date.now();
      tell("live", "live");
      show();
    } catch (error) {
      tell("not reachable", "lost");
      connection.title = String(error);
    }
    isAsking = false;
    if (askAgain) { askAgain = false; setTimeout(ask, 200); }
  };

  byId("filter").addEventListener("input", show);
  // A page that nobody sees asks nothing.
  setInterval(() => { if (!document.hidden) ask(); }, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });

  const opened = Date.now();
  const events = new EventSource("/api/events?replay=60");
  events.addEventListener("activity", (event) => {
    const activity = JSON.parse(event.data);
    showActivity(activity, Date.parse(activity.time) - clockOffset > opened);
    ask();
  });
  ask();
})();
