-- As migrations/sqlite/0001_initial.sql, where columns and tables are explained; here is what differs.
--
-- Every table but the small ones that say so begins its keys with the tenant and can be distributed by it. No key of
-- a table spans tenants, no sequence counts for several, and no constraint looks into another table: each row would
-- be looked up once more by a trigger, and rows are written for one tenant at a time by one program.
-- Keys are INTEGER: twice as many fit on a page of an index as of BIGINT.
-- Texts that are compared have the collation "C": bytes decide, whatever the database says.
-- Rows that every commit updates leave room on their page, so that no index has to be touched.

CREATE TABLE tenants (
    tenant_id               INTEGER PRIMARY KEY,
    id                      UUID NOT NULL,
    display_name            TEXT NOT NULL,
    country                 TEXT NOT NULL,
    default_usage_location  TEXT,
    verified_domains        TEXT NOT NULL,
    created_at              BIGINT NOT NULL,
    settings                TEXT NOT NULL,
    clock_ahead             BIGINT NOT NULL,
    next_due_at             BIGINT,
    version                 BIGINT NOT NULL,
    structure_version       BIGINT NOT NULL,
    next_user_key           INTEGER NOT NULL,
    next_group_key          INTEGER NOT NULL,
    next_sku_key            INTEGER NOT NULL,
    next_device_key         INTEGER NOT NULL,
    -- Which node does the work of the tenant, until when by this server's clock, and how often another one took over.
    lease_holder            UUID,
    lease_until             TIMESTAMPTZ,
    lease_fence             BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
CREATE INDEX tenants_due ON tenants (next_due_at, tenant_id) WHERE next_due_at IS NOT NULL;

-- What is unique across tenants: small tables that every node of a distributed database has.
CREATE TABLE tenant_ids (
    id              UUID PRIMARY KEY,
    tenant_id       INTEGER NOT NULL
);
CREATE TABLE verified_domains (
    folded_domain   TEXT COLLATE "C" PRIMARY KEY,
    tenant_id       INTEGER NOT NULL
);

CREATE TABLE users (
    tenant_id       INTEGER NOT NULL,
    user_key        INTEGER NOT NULL,
    usage_location  TEXT,
    deleted_at      BIGINT,
    id              UUID NOT NULL,
    principal_name  TEXT NOT NULL,
    folded_name     TEXT COLLATE "C" NOT NULL,
    created_at      BIGINT NOT NULL,
    properties      TEXT NOT NULL,
    purged          BOOLEAN NOT NULL,
    manager_key     INTEGER,
    PRIMARY KEY (tenant_id, user_key)
);
CREATE INDEX users_by_manager ON users (tenant_id, manager_key, user_key) WHERE manager_key IS NOT NULL;
CREATE INDEX users_by_deletion ON users (tenant_id, deleted_at, user_key) WHERE deleted_at IS NOT NULL AND NOT purged;
CREATE INDEX users_deleted ON users (tenant_id, user_key) WHERE deleted_at IS NOT NULL AND NOT purged;
CREATE UNIQUE INDEX users_by_id ON users (tenant_id, id);
CREATE UNIQUE INDEX users_by_name ON users (tenant_id, folded_name) WHERE deleted_at IS NULL;

CREATE TABLE proxy_addresses (
    tenant_id       INTEGER NOT NULL,
    user_key        INTEGER NOT NULL,
    folded_address  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, user_key, folded_address)
);
CREATE INDEX proxy_addresses_by_address ON proxy_addresses (tenant_id, folded_address, user_key);

CREATE TABLE groups (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    id          UUID NOT NULL,
    created_at  BIGINT NOT NULL,
    deleted_at  BIGINT,
    processing  INTEGER,
    properties  TEXT NOT NULL,
    rule_status INTEGER,
    members_updated_at BIGINT,
    purged      BOOLEAN NOT NULL,
    folded_unique_name TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, group_key)
);
CREATE UNIQUE INDEX groups_by_id ON groups (tenant_id, id);
CREATE UNIQUE INDEX groups_by_unique_name ON groups (tenant_id, folded_unique_name)
    WHERE deleted_at IS NULL AND folded_unique_name IS NOT NULL;
CREATE INDEX groups_deleted ON groups (tenant_id, group_key) WHERE deleted_at IS NOT NULL AND NOT purged;
CREATE INDEX groups_by_deletion ON groups (tenant_id, deleted_at, group_key) WHERE deleted_at IS NOT NULL AND NOT purged;

CREATE TABLE memberships (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key, user_key)
);
CREATE INDEX memberships_by_user ON memberships (tenant_id, user_key, group_key);

CREATE TABLE nested_memberships (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    member_key  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key, member_key)
);
CREATE INDEX nested_memberships_by_member ON nested_memberships (tenant_id, member_key, group_key);

CREATE TABLE owners (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key, user_key)
);
CREATE INDEX owners_by_user ON owners (tenant_id, user_key, group_key);

CREATE TABLE products (
    tenant_id   INTEGER NOT NULL,
    id          UUID NOT NULL,
    document    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE skus (
    tenant_id   INTEGER NOT NULL,
    sku_key     INTEGER NOT NULL,
    id          UUID NOT NULL,
    consumed    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, sku_key)
) WITH (fillfactor = 20);

CREATE TABLE subscriptions (
    tenant_id           INTEGER NOT NULL,
    sku_key             INTEGER NOT NULL,
    id                  UUID NOT NULL,
    status              INTEGER NOT NULL,
    total_licenses      BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    is_trial            BOOLEAN NOT NULL,
    next_lifecycle_at   BIGINT,
    PRIMARY KEY (tenant_id, sku_key, id)
);

CREATE TABLE licensed_groups (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    rank        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_key)
);

CREATE TABLE group_licenses (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    sku_key     INTEGER NOT NULL,
    disabled    BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, group_key, sku_key)
);

CREATE TABLE dynamic_groups (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    rule        TEXT NOT NULL,
    is_on       BOOLEAN NOT NULL,
    sources     TEXT NOT NULL,
    manager_key INTEGER,
    run_at      BIGINT,
    PRIMARY KEY (tenant_id, group_key)
);
CREATE INDEX dynamic_groups_by_run ON dynamic_groups (tenant_id, run_at) WHERE run_at IS NOT NULL;

CREATE TABLE assignments (
    tenant_id   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    sku_key     INTEGER NOT NULL,
    source      INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    disabled    BYTEA NOT NULL,
    assigned_at BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_key, sku_key, source)
);
CREATE INDEX assignments_faulty ON assignments (tenant_id, source, user_key) WHERE state BETWEEN 1 AND 16;
CREATE INDEX assignments_waiting ON assignments (tenant_id, sku_key, user_key) WHERE state = 1;

CREATE TABLE pending_groups (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    cursor      INTEGER,
    succeeded   BIGINT NOT NULL,
    failed      BIGINT NOT NULL,
    queued_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_key)
) WITH (fillfactor = 20);

CREATE TABLE pending_skus (
    tenant_id   INTEGER NOT NULL,
    sku_key     INTEGER NOT NULL,
    cursor      INTEGER,
    succeeded   BIGINT NOT NULL,
    failed      BIGINT NOT NULL,
    queued_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, sku_key)
) WITH (fillfactor = 20);

CREATE TABLE pending_rules (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    cursor      INTEGER,
    succeeded   BIGINT NOT NULL,
    failed      BIGINT NOT NULL,
    queued_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_key)
) WITH (fillfactor = 20);

CREATE TABLE pending_users (
    tenant_id   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_key)
);

CREATE TABLE devices (
    tenant_id   INTEGER NOT NULL,
    device_key  INTEGER NOT NULL,
    id          UUID NOT NULL,
    name        TEXT NOT NULL,
    users       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, device_key)
);
CREATE UNIQUE INDEX devices_by_id ON devices (tenant_id, id);

CREATE TABLE applications (
    tenant_id       INTEGER NOT NULL,
    id              UUID NOT NULL,
    display_name    TEXT NOT NULL,
    secret_hash     TEXT,
    app_roles       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE role_assignments (
    tenant_id   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    role        UUID NOT NULL,
    PRIMARY KEY (tenant_id, user_key, role)
);

CREATE TABLE audit (
    tenant_id   INTEGER NOT NULL,
    sequence    BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    actor_kind  INTEGER NOT NULL,
    actor_id    UUID,
    request     UUID,
    activity    TEXT NOT NULL,
    group_key   BIGINT,
    affected    BYTEA NOT NULL,
    detail      BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);

-- Small, and on every node too.
CREATE TABLE signing_keys (
    key_number  INTEGER PRIMARY KEY,
    pkcs8       BYTEA NOT NULL
);

-- Has a row while this is the unfinished copy of another store: the state of that one.
-- Its one row has a key, without which Citus could not move the table to a new node while it is written.
CREATE TABLE copying (
    state   TEXT NOT NULL,
    number  INTEGER PRIMARY KEY DEFAULT 1 CHECK (number = 1)
);

-- What the server believes of a tenant is what it believes of the whole table, however many small ones are beside it: by
-- their average the largest one is small too, and a statement is planned to look through it.
DO $$ DECLARE of_tenants TEXT; BEGIN
    FOR of_tenants IN SELECT attrelid::regclass FROM pg_attribute JOIN pg_index ON indrelid = attrelid AND indisprimary
        WHERE attname = 'tenant_id' AND indkey[0] = attnum AND indnkeyatts > 1
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN tenant_id SET (n_distinct = 1)', of_tenants);
    END LOOP;
END $$;
