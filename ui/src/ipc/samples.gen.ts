// Generated from Rust by `cargo test -p placet-tests --test contract`. Do not edit.

import type { Changed, Error as DeskError, Verbs } from "./types.gen";

/** One request of every verb, as Rust writes and reads it. */
export const requests = {
  look_around: {},
  inbox: {"limit":500,"offset":40,"queue":"pets"},
  next: {"limit":4,"queue":"pets"},
  submit: {"documents":["{\"v\":1}"]},
  open: {"item":1},
  look: {"item":1},
  look_up: {"engine":"engine","task":"task-1"},
  renew: {"holds":[{"fence":7,"item":1}]},
  release: {"holds":[{"fence":7,"item":1}]},
  release_all: {},
  skip: {"hold":{"fence":7,"item":1}},
  flag: {"flagged":true,"item":1},
  keep_draft: {"draft":{"verdict":"reject"},"hold":{"fence":7,"item":1}},
  decide: {"draft":{"answer":{"label":"dog"},"note":"It barks: „wuff“.","verdict":"correct"},"hold":{"fence":7,"item":1},"shown":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0"},
  undo: {"decision":"01890a5d-ac96-774b-bcce-b302099a8057"},
  last_decision: {},
  deliveries: {"first":"oldest","limit":50,"past":"01890a5d-ac96-774b-bcce-b302099a8058","up_to":"01890a5d-ac96-774b-bcce-b302099a8058","which":{"engine":"engine","newer_than_seconds":86400,"older_than_seconds":7200,"states":["held","withdrawn","due","sending","delivered","parked","expired","unconfirmed","dead"]}},
  count_deliveries: {"at_most":10000,"which":{"engine":null,"newer_than_seconds":null,"older_than_seconds":null,"states":[]}},
  delivery: {"delivery":"01890a5d-ac96-774b-bcce-b302099a8058"},
  retry: {"delivery":"01890a5d-ac96-774b-bcce-b302099a8058"},
  retry_all: {"which":{"engine":"engine","newer_than_seconds":86400,"older_than_seconds":7200,"states":["held","withdrawn","due","sending","delivered","parked","expired","unconfirmed","dead"]}},
  confirm: {"delivery":"01890a5d-ac96-774b-bcce-b302099a8058"},
  origins: {},
  try_origin: {"origin":"https://e.example"},
  withdraw: {"delivery":"01890a5d-ac96-774b-bcce-b302099a8058"},
  audit_end: {},
  audit_rows: {"after":0,"limit":100},
  verify_audit: {"kept":"2:abababababababababababababababababababababababababababababababab"},
  engines: {},
  put_engine: {"engine":{"allow":["https://e.example/"],"at_once":8,"name":"engine","schedule":"standard-webhooks","signing":{"jwt":{"algorithm":"EdDSA","key":"engine","kid":"2026-11","place":{"query":"token"}},"standard_webhooks":"engine"}}},
  put_queue: {"queue":{"answer_schema":{"type":"object"},"choices":[{"label":"cat"},{"label":"dog","title":"A dog"}],"guidelines":"Look twice.","kind":"classify","lease_seconds":300,"many":true,"name":"pets","note_required":["reject"],"order":"deadline","undo_seconds":10}},
  issue_token: {"engine":"engine"},
  create_key: {"name":"engine"},
} satisfies { [V in keyof Verbs]: Verbs[V]["request"] };

/** One answer of every verb, as Rust writes it. */
export const answers = {
  look_around: {"deliveries":[{"count":3,"state":"held"},{"count":3,"state":"withdrawn"},{"count":3,"state":"due"},{"count":3,"state":"sending"},{"count":3,"state":"delivered"},{"count":3,"state":"parked"},{"count":3,"state":"expired"},{"count":3,"state":"unconfirmed"},{"count":3,"state":"dead"}],"intake":"http://127.0.0.1:7410","keys":"keychain","queues":[{"decided":12,"leased":4,"queue":{"choices":[],"kind":"fallback","lease_seconds":300,"many":false,"name":"gate","note_required":["reject"],"order":"confidence","undo_seconds":10},"waiting":1000000},{"decided":12,"leased":4,"queue":{"answer_schema":{"type":"object"},"choices":[{"label":"cat"},{"label":"dog","title":"A dog"}],"guidelines":"Look twice.","kind":"classify","lease_seconds":300,"many":true,"name":"pets","note_required":["reject"],"order":"deadline","undo_seconds":10},"waiting":1000000}],"reviewer":"ada","version":"0.1.0"},
  inbox: {"offset":40,"rows":[{"admitted_at":"2026-12-01T12:00:00.000Z","confidence":null,"deadline":null,"engine":"engine","flagged":false,"id":1,"kind":"classify","priority":0,"state":"waiting","task":"task-1","title":"Which pet is it?"},{"admitted_at":"2026-12-01T12:00:00.000Z","confidence":0.41,"deadline":"2026-12-01T12:00:00.000Z","engine":"engine","flagged":true,"id":1,"kind":"classify","priority":-3,"state":"leased","task":"task-1","title":"Which pet is it?"}],"total":1000000},
  next: [{"admitted_at":"2026-12-01T12:00:00.000Z","best":null,"choices":[],"content":null,"deadline":null,"decision":null,"draft":null,"engine":"engine","flagged":false,"guidelines":null,"id":1,"kind":"fallback","lease":null,"many":false,"note_required":["reject"],"priority":0,"queue":"gate","shown":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","state":"waiting","suggestions":[],"task":"task-1","title":"Deploy?","verdicts":["approve","reject","cancel"]},{"admitted_at":"2026-12-01T12:00:00.000Z","best":0,"choices":[{"label":"cat"},{"label":"dog","title":"A dog"}],"content":{"image":{"attachment":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","media_type":"image/png"}},"deadline":"2026-12-01T12:00:00.000Z","decision":null,"draft":{"answer":{"label":"dog"},"note":"It barks: „wuff“.","verdict":"correct"},"engine":"engine","flagged":true,"guidelines":"Look twice.","id":1,"kind":"classify","lease":{"fence":7,"seconds":300,"until":"2026-12-01T12:00:00.000Z"},"many":true,"note_required":["reject"],"priority":5,"queue":"gate","shown":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","state":"leased","suggestions":[{"answer":{"label":"cat"},"by":"net-7","confidence":0.41},{"answer":{"label":"dog"}}],"task":"task-1","title":"Which pet is it?","verdicts":["approve","correct","reject","respond","cancel"]}],
  submit: [{"item":1,"outcome":"admitted"},{"item":1,"outcome":"duplicate"},{"code":"json-malformed","message":"no JSON","outcome":"refused","pointer":null},{"code":"queue-unknown","message":"there is no such queue","outcome":"refused","pointer":"/queue"}],
  open: {"admitted_at":"2026-12-01T12:00:00.000Z","best":0,"choices":[{"label":"cat"},{"label":"dog","title":"A dog"}],"content":{"image":{"attachment":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","media_type":"image/png"}},"deadline":"2026-12-01T12:00:00.000Z","decision":null,"draft":{"answer":{"label":"dog"},"note":"It barks: „wuff“.","verdict":"correct"},"engine":"engine","flagged":true,"guidelines":"Look twice.","id":1,"kind":"classify","lease":{"fence":7,"seconds":300,"until":"2026-12-01T12:00:00.000Z"},"many":true,"note_required":["reject"],"priority":5,"queue":"gate","shown":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","state":"leased","suggestions":[{"answer":{"label":"cat"},"by":"net-7","confidence":0.41},{"answer":{"label":"dog"}}],"task":"task-1","title":"Which pet is it?","verdicts":["approve","correct","reject","respond","cancel"]},
  look: {"admitted_at":"2026-12-01T12:00:00.000Z","best":0,"choices":[{"label":"cat"},{"label":"dog","title":"A dog"}],"content":{"image":{"attachment":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","media_type":"image/png"}},"deadline":"2026-12-01T12:00:00.000Z","decision":{"answer":{"label":"dog"},"at":"2026-12-01T12:00:00.000Z","by":"ada","id":"01890a5d-ac96-774b-bcce-b302099a8057","note":"It barks: „wuff“.","verdict":"correct"},"draft":{"verdict":"reject"},"engine":"engine","flagged":true,"guidelines":"Look twice.","id":1,"kind":"classify","lease":{"fence":7,"seconds":300,"until":"2026-12-01T12:00:00.000Z"},"many":true,"note_required":["reject"],"priority":5,"queue":"gate","shown":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","state":"decided","suggestions":[{"answer":{"label":"cat"},"by":"net-7","confidence":0.41},{"answer":{"label":"dog"}}],"task":"task-1","title":"Which pet is it?","verdicts":["approve","correct","reject","respond","cancel"]},
  look_up: {"admitted_at":"2026-12-01T12:00:00.000Z","best":null,"choices":[],"content":null,"deadline":null,"decision":null,"draft":null,"engine":"engine","flagged":false,"guidelines":null,"id":1,"kind":"fallback","lease":null,"many":false,"note_required":["reject"],"priority":0,"queue":"gate","shown":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","state":"waiting","suggestions":[],"task":"task-1","title":"Deploy?","verdicts":["approve","reject","cancel"]},
  renew: [1],
  release: null,
  release_all: null,
  skip: null,
  flag: null,
  keep_draft: null,
  decide: {"decision":"01890a5d-ac96-774b-bcce-b302099a8057","undo_until":"2026-12-01T12:00:00.000Z","verdict":"correct"},
  undo: {"admitted_at":"2026-12-01T12:00:00.000Z","best":0,"choices":[{"label":"cat"},{"label":"dog","title":"A dog"}],"content":{"image":{"attachment":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","media_type":"image/png"}},"deadline":"2026-12-01T12:00:00.000Z","decision":null,"draft":{"answer":{"label":"dog"},"note":"It barks: „wuff“.","verdict":"correct"},"engine":"engine","flagged":true,"guidelines":"Look twice.","id":1,"kind":"classify","lease":{"fence":7,"seconds":300,"until":"2026-12-01T12:00:00.000Z"},"many":true,"note_required":["reject"],"priority":5,"queue":"gate","shown":"sha256:485493441e4e6327e276b80bd150244f169c36969ce257cd6910d201ab5e04f0","state":"leased","suggestions":[{"answer":{"label":"cat"},"by":"net-7","confidence":0.41},{"answer":{"label":"dog"}}],"task":"task-1","title":"Which pet is it?","verdicts":["approve","correct","reject","respond","cancel"]},
  last_decision: "01890a5d-ac96-774b-bcce-b302099a8057",
  deliveries: [{"attempts":1,"can_confirm":false,"can_retry":true,"can_withdraw":false,"decided_at":"2026-12-01T12:00:00.000Z","due_at":"2026-12-01T12:00:00.000Z","engine":"engine","id":"01890a5d-ac96-774b-bcce-b302099a8058","item":1,"last":{"answer":"try later","number":1,"outcome":"failed","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},"origin":"https://e.example","protocol":"webhook","reason":"The receiver is not there.","state":"due","target":"https://e.example/done","task":"task-1","title":"Which pet is it?"},{"attempts":0,"can_confirm":true,"can_retry":false,"can_withdraw":true,"decided_at":"2026-12-01T12:00:00.000Z","due_at":null,"engine":"engine","id":"01890a5d-ac96-774b-bcce-b302099a8058","item":1,"last":null,"origin":"https://e.example","protocol":"webhook","reason":null,"state":"held","target":"https://e.example/done","task":"task-1","title":"Which pet is it?"}],
  count_deliveries: [{"count":7,"state":"dead"}],
  delivery: {"ambiguous":true,"attempts":[{"answer":"try later","number":1,"outcome":"accepted","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":"already_done","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":"gone","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":"not_found","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":"failed","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":"ambiguous","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":"throttled","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":{"parked":"auth"},"started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":{"parked":"tls"},"started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":{"parked":"policy"},"started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":"refused","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":"try later","number":1,"outcome":"interrupted","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},{"answer":null,"number":2,"outcome":null,"started_at":"2026-12-01T12:00:00.000Z","status":null,"took_ms":null,"words":null}],"body":"{}","deadline":"2026-12-01T12:00:00.000Z","decision":{"answer":{"label":"dog"},"at":"2026-12-01T12:00:00.000Z","by":"ada","id":"01890a5d-ac96-774b-bcce-b302099a8057","note":"It barks: „wuff“.","verdict":"correct"},"next":"It is tried again by itself.","queue":"pets","request":{"headers":["content-type"],"method":"POST","target":"https://e.example/done?run=..."},"row":{"attempts":1,"can_confirm":false,"can_retry":true,"can_withdraw":false,"decided_at":"2026-12-01T12:00:00.000Z","due_at":"2026-12-01T12:00:00.000Z","engine":"engine","id":"01890a5d-ac96-774b-bcce-b302099a8058","item":1,"last":{"answer":"try later","number":1,"outcome":"failed","started_at":"2026-12-01T12:00:00.000Z","status":503,"took_ms":12,"words":"The receiver answered 503."},"origin":"https://e.example","protocol":"webhook","reason":"The receiver is not there.","state":"due","target":"https://e.example/done","task":"task-1","title":"Which pet is it?"},"too_late_at":"2026-12-01T12:00:00.000Z"},
  retry: null,
  retry_all: {"retried":143},
  confirm: null,
  origins: [{"failures":5,"origin":"https://e.example","until":"2026-12-01T12:00:00.000Z","waiting":12,"why":"failing"},{"failures":5,"origin":"https://e.example","until":null,"waiting":12,"why":"resting"}],
  try_origin: null,
  withdraw: {"item":1},
  audit_end: {"head":"2:abababababababababababababababababababababababababababababababab"},
  audit_rows: [{"at":"2026-12-01T12:00:00.000Z","digest":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","keyed":true,"kind":"decided","mac":"efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef","number":1,"reviewer":"ada","subject":"01890a5d-ac96-774b-bcce-b302099a8057"},{"at":"2026-12-01T12:00:00.000Z","digest":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","keyed":false,"kind":"admitted","mac":"efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef","number":2,"reviewer":null,"subject":7}],
  verify_audit: {"findings":[{"row":2,"words":"it is not what was written."},{"row":null,"words":"it is not what was written."}],"found":2,"head":"2:abababababababababababababababababababababababababababababababab","holds":false,"notes":["Row 1 was written before there was a key."],"rows":2},
  engines: [{"allow":["https://e.example/"],"at_once":4,"name":"engine","schedule":"voicebase","signing":"JWT EdDSA with key \"engine\""}],
  put_engine: {"allow":["https://e.example/"],"at_once":4,"name":"engine","schedule":"voicebase","signing":"JWT EdDSA with key \"engine\""},
  put_queue: null,
  issue_token: {"name":"engine","secret":"plc_sample"},
  create_key: {"name":"engine","secret":"whsec_sample"},
} satisfies { [V in keyof Verbs]: Verbs[V]["answer"] };

/** Every error a verb can answer with instead. */
export const errors = [{"code":"lease_lost","message":"What happened and what to do next."},{"code":"held_by_another","message":"What happened and what to do next."},{"code":"closed","message":"What happened and what to do next."},{"code":"answer_refused","message":"What happened and what to do next."},{"code":"too_late","message":"What happened and what to do next."},{"code":"missing","message":"What happened and what to do next."},{"code":"invalid","message":"What happened and what to do next."},{"code":"keys","message":"What happened and what to do next."},{"code":"fault","message":"What happened and what to do next."}] satisfies DeskError[];

/** Every event. */
export const changes = ["items","holds","deliveries","setup"] satisfies Changed[];
