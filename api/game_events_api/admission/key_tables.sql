-- Keys that several servers share: as digests, never the keys themselves. Made by `game-events keys prepare`; needs
-- PostgreSQL 14 or newer. Running it again changes nothing.
CREATE SCHEMA IF NOT EXISTS game_events;

CREATE TABLE IF NOT EXISTS game_events.api_keys (
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    key_id text PRIMARY KEY,
    name text NOT NULL,
    environment text NOT NULL,
    games text[] NOT NULL,
    scopes text[] NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    event_types text[] NOT NULL
);

CREATE TABLE IF NOT EXISTS game_events.key_use (
    key_id text PRIMARY KEY,
    hour timestamptz NOT NULL
);

-- One row: of which version the tables are, and how often keys were changed, which servers look at twice a second.
CREATE TABLE IF NOT EXISTS game_events.key_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version integer NOT NULL,
    revision bigint NOT NULL
);
INSERT INTO game_events.key_state (version, revision) VALUES (1, 0) ON CONFLICT DO NOTHING;

-- By a trigger, so that servers notice what a person changes by SQL too.
CREATE OR REPLACE FUNCTION game_events.note_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE game_events.key_state SET revision = revision + 1;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER note_key_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON game_events.api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION game_events.note_key_change();
