-- The first ledger. Moments are milliseconds since 1970-01-01T00:00:00Z; ids of decisions and deliveries are
-- the 16 bytes of a UUIDv7, whose order is the order in which they were drawn.
--
-- Words are checked by OR where rows change often: for IN with more than two, SQLite builds a table of the words
-- each time a row is written.

CREATE TABLE engines (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    profile      TEXT    NOT NULL,
    token_sha256 BLOB    UNIQUE CHECK (length(token_sha256) = 32),
    changed_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE queues (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    rules      TEXT    NOT NULL,
    -- The order that the ranks of its items were counted by.
    ranked_by  TEXT    NOT NULL CHECK (ranked_by IN ('confidence', 'priority', 'deadline', 'age')),
    changed_at INTEGER NOT NULL
) STRICT;

-- What is looked at and changed often is narrow; what is only read whole stands in item_bodies.
CREATE TABLE items (
    id          INTEGER PRIMARY KEY,
    queue       INTEGER NOT NULL REFERENCES queues (id),
    engine      INTEGER NOT NULL REFERENCES engines (id),
    task        TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK
                    (state = 'waiting' OR state = 'leased' OR state = 'decided' OR state = 'expired'),
    title       TEXT    NOT NULL,
    confidence  REAL,
    priority    INTEGER NOT NULL,
    deadline    INTEGER,
    admitted_at INTEGER NOT NULL,
    flagged     INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
    -- Its place in the queue: smaller goes first.
    skips       INTEGER NOT NULL DEFAULT 0 CHECK (skips >= 0),
    rank0       INTEGER NOT NULL,
    rank1       INTEGER NOT NULL,
    rank2       INTEGER NOT NULL,
    rank3       INTEGER NOT NULL,
    -- The lease, if one holds it.
    reviewer    TEXT,
    fence       INTEGER,
    lease_until INTEGER,
    UNIQUE (engine, task),
    CHECK ((state = 'leased') = (reviewer IS NOT NULL)),
    CHECK ((state = 'leased') = (fence IS NOT NULL)),
    CHECK ((state = 'leased') = (lease_until IS NOT NULL))
) STRICT;

-- Serves the queue's order from itself alone; `id` and `deadline` stand in it so that no row has to be read to
-- pass one over.
CREATE INDEX items_waiting ON items (queue, skips, rank0, rank1, rank2, rank3, id, deadline)
    WHERE state = 'waiting';
CREATE INDEX items_deadline ON items (state, deadline)
    WHERE (state = 'waiting' OR state = 'leased') AND deadline IS NOT NULL;
CREATE INDEX items_lease_end ON items (lease_until) WHERE state = 'leased';
CREATE INDEX items_held ON items (reviewer, queue, fence) WHERE state = 'leased';

CREATE TABLE item_bodies (
    item              INTEGER PRIMARY KEY REFERENCES items (id),
    content           TEXT    NOT NULL,
    suggestions       TEXT    NOT NULL,
    callbacks         TEXT    NOT NULL,
    metadata          TEXT    NOT NULL,
    heartbeat_seconds INTEGER,
    submission_digest TEXT    NOT NULL
) STRICT;

-- Engines that want a sign of life while their task waits, and when the next is due.
CREATE TABLE heartbeats (
    item     INTEGER PRIMARY KEY REFERENCES items (id),
    every_ms INTEGER NOT NULL CHECK (every_ms > 0),
    due_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX heartbeats_due ON heartbeats (due_at);

CREATE TABLE drafts (
    item    INTEGER PRIMARY KEY REFERENCES items (id),
    draft   TEXT    NOT NULL,
    kept_at INTEGER NOT NULL
) STRICT;

-- The newest fence that was given out.
CREATE TABLE fences (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO fences (one, last) VALUES (1, 0);

CREATE TABLE decisions (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
    item          INTEGER NOT NULL REFERENCES items (id),
    verdict       TEXT    NOT NULL CHECK (verdict = 'approve' OR verdict = 'correct' OR verdict = 'reject'
                      OR verdict = 'respond' OR verdict = 'cancel'),
    answer        TEXT,
    note          TEXT,
    reviewer      TEXT    NOT NULL,
    decided_at    INTEGER NOT NULL,
    shown         TEXT    NOT NULL,
    -- From then on it stands for good.
    undo_until    INTEGER NOT NULL,
    taken_back_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX decisions_standing ON decisions (item) WHERE taken_back_at IS NULL;
CREATE INDEX decisions_undoable ON decisions (reviewer, undo_until) WHERE taken_back_at IS NULL;

-- Where callbacks go: scheme, host and port; and whether a receiver that fails is spared.
CREATE TABLE origins (
    id              INTEGER PRIMARY KEY,
    origin          TEXT    NOT NULL UNIQUE,
    open_until      INTEGER,
    probing         INTEGER NOT NULL DEFAULT 0 CHECK (probing IN (0, 1)),
    rests_until     INTEGER,
    failed_in_a_row INTEGER NOT NULL DEFAULT 0 CHECK (failed_in_a_row >= 0),
    opened          INTEGER NOT NULL DEFAULT 0 CHECK (opened >= 0),
    counted_since   INTEGER,
    counted         INTEGER NOT NULL DEFAULT 0 CHECK (counted >= 0),
    counted_failed  INTEGER NOT NULL DEFAULT 0 CHECK (counted_failed >= 0)
) STRICT;

-- Narrow for the same reason as items: its state changes with every attempt.
CREATE TABLE deliveries (
    id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
    decision  BLOB    NOT NULL REFERENCES decisions (id),
    item      INTEGER NOT NULL REFERENCES items (id),
    engine    INTEGER NOT NULL REFERENCES engines (id),
    origin    INTEGER NOT NULL REFERENCES origins (id),
    state     TEXT    NOT NULL CHECK (state = 'held' OR state = 'sending' OR state = 'delivered'
                  OR state = 'due' OR state = 'withdrawn' OR state = 'parked' OR state = 'expired'
                  OR state = 'unconfirmed' OR state = 'dead'),
    due_at    INTEGER,
    -- Its item's deadline, while it waits for that or for something before.
    expires_at INTEGER,
    tries     INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    first_try INTEGER,
    ambiguous INTEGER NOT NULL DEFAULT 0 CHECK (ambiguous IN (0, 1)),
    reason    TEXT,
    fence     INTEGER NOT NULL DEFAULT 0,
    -- The number of the newest attempt.
    attempts  INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    CHECK ((state IN ('held', 'due')) = (due_at IS NOT NULL)),
    CHECK (expires_at IS NULL OR state IN ('held', 'due', 'parked'))
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_due ON deliveries (origin, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_expiring ON deliveries (expires_at) WHERE expires_at IS NOT NULL;
-- (engine, task) names the item, so one attempt per item is one per (engine, task).
CREATE UNIQUE INDEX deliveries_sending ON deliveries (item) WHERE state = 'sending';
CREATE INDEX deliveries_of_decision ON deliveries (decision);
-- The log by state. Engines are few, so those of all of them are merged; what is being sent is few as well, and
-- stands in the index above. Each index less is two changes less for every attempt.
CREATE INDEX deliveries_of_engine ON deliveries (engine, state, id) WHERE state <> 'sending';

CREATE TABLE delivery_bodies (
    delivery BLOB PRIMARY KEY REFERENCES deliveries (id),
    callback TEXT NOT NULL,
    body     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    delivery   BLOB    NOT NULL REFERENCES deliveries (id),
    number     INTEGER NOT NULL CHECK (number >= 1),
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    outcome    TEXT    CHECK (outcome = 'accepted' OR outcome = 'failed' OR outcome = 'ambiguous'
                   OR outcome = 'throttled' OR outcome = 'already_done' OR outcome = 'gone'
                   OR outcome = 'not_found' OR outcome = 'parked' OR outcome = 'refused'
                   OR outcome = 'interrupted' OR outcome = 'offline'),
    park       TEXT    CHECK (park = 'auth' OR park = 'tls' OR park = 'policy'),
    phase      TEXT    CHECK (phase = 'policy' OR phase = 'dns' OR phase = 'connect' OR phase = 'tls'
                   OR phase = 'sent_headers' OR phase = 'sent_body' OR phase = 'got_headers'
                   OR phase = 'got_body'),
    status     INTEGER,
    retry_after_ms INTEGER CHECK (retry_after_ms >= 0),
    words      TEXT,
    answer     TEXT,
    PRIMARY KEY (delivery, number),
    CHECK ((outcome IS NULL) = (ended_at IS NULL)),
    CHECK ((outcome IS 'parked') = (park IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- How many there are is never found out by looking at all of them. Kept by the ledger itself and not by triggers:
-- with one, SQLite keeps a journal for every statement, and walks it to its end each time one is over.
CREATE TABLE item_counts (
    queue INTEGER NOT NULL REFERENCES queues (id),
    state TEXT    NOT NULL,
    n     INTEGER NOT NULL DEFAULT 0 CHECK (n >= 0),
    PRIMARY KEY (queue, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery_counts (
    state TEXT    PRIMARY KEY,
    n     INTEGER NOT NULL DEFAULT 0 CHECK (n >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_counts (state) VALUES
    ('held'), ('withdrawn'), ('due'), ('sending'), ('delivered'), ('parked'), ('expired'), ('unconfirmed'),
    ('dead');

-- The audit chain: src/audit.rs describes it. `subject` is an item's number, the 16 bytes of an id, or a name.
CREATE TABLE audit (
    number   INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    subject  ANY     NOT NULL,
    reviewer TEXT,
    digest   BLOB    NOT NULL CHECK (length(digest) = 32),
    keyed    INTEGER NOT NULL CHECK (keyed IN (0, 1)),
    mac      BLOB    NOT NULL CHECK (length(mac) = 32)
) STRICT;

-- Tells the key that the chain is sealed with from others.
CREATE TABLE audit_key (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    key_check BLOB    NOT NULL CHECK (length(key_check) = 32)
) STRICT;

CREATE TRIGGER queues_are_counted AFTER INSERT ON queues BEGIN
    INSERT INTO item_counts (queue, state) VALUES
        (new.id, 'waiting'), (new.id, 'leased'), (new.id, 'decided'), (new.id, 'expired');
END;

-- What was accepted and what was decided stays.
CREATE TRIGGER items_stay BEFORE DELETE ON items BEGIN
    SELECT RAISE(ABORT, 'an item is never deleted');
END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions BEGIN
    SELECT RAISE(ABORT, 'a decision is never deleted');
END;
CREATE TRIGGER decisions_stand
    BEFORE UPDATE OF id, item, verdict, answer, note, reviewer, decided_at, shown, undo_until ON decisions BEGIN
    SELECT RAISE(ABORT, 'a decision is never changed');
END;
CREATE TRIGGER deliveries_stay BEFORE DELETE ON deliveries BEGIN
    SELECT RAISE(ABORT, 'a delivery is never deleted');
END;
CREATE TRIGGER delivery_bodies_stay BEFORE DELETE ON delivery_bodies BEGIN
    SELECT RAISE(ABORT, 'a delivery is never deleted');
END;
CREATE TRIGGER delivery_bodies_are_frozen BEFORE UPDATE ON delivery_bodies BEGIN
    SELECT RAISE(ABORT, 'the body of a delivery is frozen');
END;
CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts BEGIN
    SELECT RAISE(ABORT, 'an attempt is never deleted');
END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'a row of the audit chain is never deleted');
END;
CREATE TRIGGER audit_stands BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'a row of the audit chain is never changed');
END;
