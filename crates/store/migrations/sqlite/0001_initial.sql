-- Every primary key begins with the tenant: it is the unit of consistency.
-- Ids are 16-byte GUIDs; keys are dense integers, so that a million members are written in key order.
-- Times are milliseconds since 1970, UTC.

CREATE TABLE tenants (
    tenant_id               INTEGER PRIMARY KEY,
    id                      BLOB NOT NULL UNIQUE,
    display_name            TEXT NOT NULL,
    country                 TEXT NOT NULL,
    default_usage_location  TEXT,
    verified_domains        TEXT NOT NULL,  -- JSON array
    created_at              INTEGER NOT NULL,
    settings                TEXT NOT NULL,  -- JSON array of the names of those that are on
    clock_ahead             INTEGER NOT NULL,  -- milliseconds by which its clock is ahead of the system's
    next_due_at             INTEGER,           -- when by the system's clock time has something to do
    version                 INTEGER NOT NULL,  -- entries in audit
    structure_version       INTEGER NOT NULL,  -- changes to products, purchases, licences and rules of groups
    next_user_key           INTEGER NOT NULL,
    next_group_key          INTEGER NOT NULL,
    next_sku_key            INTEGER NOT NULL,
    next_device_key         INTEGER NOT NULL
) STRICT;

CREATE INDEX tenants_due ON tenants (next_due_at, tenant_id) WHERE next_due_at IS NOT NULL;

-- What is unique across tenants.
CREATE TABLE verified_domains (
    folded_domain   TEXT PRIMARY KEY,
    tenant_id       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    tenant_id       INTEGER NOT NULL,
    user_key        INTEGER NOT NULL,
    usage_location  TEXT,
    deleted_at      INTEGER,
    id              BLOB NOT NULL,
    principal_name  TEXT NOT NULL,
    folded_name     TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    properties      TEXT NOT NULL,  -- JSON object
    purged          INTEGER NOT NULL,  -- 1 when it was deleted for good: id and names are left, for the audit
    manager_key     INTEGER,
    PRIMARY KEY (tenant_id, user_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX users_by_manager ON users (tenant_id, manager_key, user_key) WHERE manager_key IS NOT NULL;
CREATE INDEX users_by_deletion ON users (tenant_id, deleted_at, user_key) WHERE deleted_at IS NOT NULL AND purged = 0;
CREATE INDEX users_deleted ON users (tenant_id, user_key) WHERE deleted_at IS NOT NULL AND purged = 0;
-- With what else is asked when an id is looked up, so that the row itself need not be read.
CREATE UNIQUE INDEX users_by_id ON users (tenant_id, id, purged);
CREATE UNIQUE INDEX users_by_name ON users (tenant_id, folded_name) WHERE deleted_at IS NULL;
-- All that rules read: a group's members are visited without touching their profiles.
CREATE INDEX users_for_rules ON users (tenant_id, user_key, usage_location, deleted_at);

-- Addresses of live users only.
CREATE TABLE proxy_addresses (
    tenant_id       INTEGER NOT NULL,
    user_key        INTEGER NOT NULL,
    folded_address  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_key, folded_address)
) STRICT, WITHOUT ROWID;
CREATE INDEX proxy_addresses_by_address ON proxy_addresses (tenant_id, folded_address, user_key);

CREATE TABLE groups (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    id          BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    deleted_at  INTEGER,
    processing  INTEGER,  -- 0 queued, 1 in progress, 2 complete
    properties  TEXT NOT NULL,
    rule_status INTEGER,  -- 0 not started, 1 running, 2 failed, 3 succeeded
    members_updated_at INTEGER,  -- by a rule
    purged      INTEGER NOT NULL,
    folded_unique_name TEXT,
    PRIMARY KEY (tenant_id, group_key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX groups_by_id ON groups (tenant_id, id);
CREATE UNIQUE INDEX groups_by_unique_name ON groups (tenant_id, folded_unique_name)
    WHERE deleted_at IS NULL AND folded_unique_name IS NOT NULL;
CREATE INDEX groups_by_deletion ON groups (tenant_id, deleted_at, group_key) WHERE deleted_at IS NOT NULL AND purged = 0;

CREATE TABLE memberships (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key, user_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships (tenant_id, user_key, group_key);

CREATE TABLE nested_memberships (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    member_key  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key, member_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX nested_memberships_by_member ON nested_memberships (tenant_id, member_key, group_key);

CREATE TABLE owners (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key, user_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX owners_by_user ON owners (tenant_id, user_key, group_key);

CREATE TABLE products (
    tenant_id   INTEGER NOT NULL,
    id          BLOB NOT NULL,
    document    TEXT NOT NULL,  -- JSON object
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE skus (
    tenant_id   INTEGER NOT NULL,
    sku_key     INTEGER NOT NULL,
    id          BLOB NOT NULL,
    consumed    INTEGER NOT NULL,  -- seats in use
    PRIMARY KEY (tenant_id, sku_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
    tenant_id           INTEGER NOT NULL,
    sku_key             INTEGER NOT NULL,
    id                  BLOB NOT NULL,
    status              INTEGER NOT NULL,
    total_licenses      INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    is_trial            INTEGER NOT NULL,
    next_lifecycle_at   INTEGER,
    PRIMARY KEY (tenant_id, sku_key, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE licensed_groups (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    rank        INTEGER NOT NULL,  -- groups compete in this order
    PRIMARY KEY (tenant_id, group_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_licenses (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    sku_key     INTEGER NOT NULL,
    disabled    BLOB NOT NULL,  -- plan ids, 16 bytes each, ascending
    PRIMARY KEY (tenant_id, group_key, sku_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE dynamic_groups (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    rule        TEXT NOT NULL,
    is_on       INTEGER NOT NULL,
    sources     TEXT NOT NULL,  -- JSON array of the keys of groups that a memberOf rule names, null for unknown ones
    manager_key INTEGER,            -- of the live user whose reports a rule selects
    run_at      INTEGER,            -- when all users were last looked at, of a rule that follows time and is on
    PRIMARY KEY (tenant_id, group_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX dynamic_groups_by_run ON dynamic_groups (tenant_id, run_at) WHERE run_at IS NOT NULL;

CREATE TABLE assignments (
    tenant_id   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    sku_key     INTEGER NOT NULL,
    source      INTEGER NOT NULL,  -- 0 direct, else group_key + 1
    state       INTEGER NOT NULL,  -- 0 active, 1-6 error, 11-16 active with error, 20 removed
    disabled    BLOB NOT NULL,
    assigned_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_key, sku_key, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_faulty ON assignments (tenant_id, source, user_key) WHERE state BETWEEN 1 AND 16;
CREATE INDEX assignments_waiting ON assignments (tenant_id, sku_key, user_key) WHERE state = 1;

CREATE TABLE pending_groups (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    cursor      INTEGER,  -- last user visited
    succeeded   INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    queued_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending_skus (
    tenant_id   INTEGER NOT NULL,
    sku_key     INTEGER NOT NULL,
    cursor      INTEGER,
    succeeded   INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    queued_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sku_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending_rules (
    tenant_id   INTEGER NOT NULL,
    group_key   INTEGER NOT NULL,
    cursor      INTEGER,
    succeeded   INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    queued_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending_users (
    tenant_id   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    tenant_id   INTEGER NOT NULL,
    device_key  INTEGER NOT NULL,
    id          BLOB NOT NULL,
    name        TEXT NOT NULL,
    users       TEXT NOT NULL,  -- JSON array of user keys
    PRIMARY KEY (tenant_id, device_key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX devices_by_id ON devices (tenant_id, id);

CREATE TABLE applications (
    tenant_id       INTEGER NOT NULL,
    id              BLOB NOT NULL,
    display_name    TEXT NOT NULL,
    secret_hash     TEXT,
    app_roles       TEXT NOT NULL,  -- JSON array
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_assignments (
    tenant_id   INTEGER NOT NULL,
    user_key    INTEGER NOT NULL,
    role        BLOB NOT NULL,
    PRIMARY KEY (tenant_id, user_key, role)
) STRICT, WITHOUT ROWID;

-- Found by its number only: an index would cost each write more than a look through it costs a reader.
CREATE TABLE audit (
    tenant_id   INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,  -- from 1, without gaps; the first ones are dropped in time
    at          INTEGER NOT NULL,
    actor_kind  INTEGER NOT NULL,  -- 0 operator, 1 application, 2 user, 3 group licensing, 4 dynamic membership
    actor_id    BLOB,
    request     BLOB,
    activity    TEXT NOT NULL,
    group_key   INTEGER,
    affected    BLOB NOT NULL,  -- users with what happened to them; see src/columns/audit.rs
    detail      BLOB NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
    key_number  INTEGER PRIMARY KEY,
    pkcs8       BLOB NOT NULL
) STRICT;

-- Has a row while this is the unfinished copy of another store: the state of that one.
CREATE TABLE copying (
    state   TEXT NOT NULL
) STRICT;
