-- How many items of each engine are open, and how many expired before they were decided. Leasing changes neither.
CREATE TABLE engine_counts (
    engine  INTEGER PRIMARY KEY REFERENCES engines (id),
    open    INTEGER NOT NULL DEFAULT 0 CHECK (open >= 0),
    expired INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0)
) STRICT;
INSERT INTO engine_counts (engine, open, expired)
    SELECT engines.id, coalesce(sum(state = 'waiting' OR state = 'leased'), 0), coalesce(sum(state = 'expired'), 0)
    FROM engines LEFT JOIN items ON items.engine = engines.id GROUP BY engines.id;

CREATE TRIGGER engines_are_counted AFTER INSERT ON engines BEGIN
    INSERT INTO engine_counts (engine) VALUES (new.id);
END;
