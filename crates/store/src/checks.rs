//! What a store in SQL can see of its own damage, in SQL that SQLite and PostgreSQL understand alike.

/// Rows that should have an owner, or a number that should agree with another: what is wrong, and a query
/// that counts how often.
pub(crate) const CHECKS: [(&str, &str); 17] = [
    (
        "assignments of no user",
        "SELECT count(*) FROM assignments a WHERE NOT EXISTS
         (SELECT 1 FROM users u WHERE u.tenant_id = a.tenant_id AND u.user_key = a.user_key)",
    ),
    (
        "assignments of no SKU",
        "SELECT count(*) FROM assignments a WHERE NOT EXISTS
         (SELECT 1 FROM skus s WHERE s.tenant_id = a.tenant_id AND s.sku_key = a.sku_key)",
    ),
    (
        "assignments by no group",
        "SELECT count(*) FROM assignments a WHERE a.source <> 0 AND NOT EXISTS
         (SELECT 1 FROM groups g WHERE g.tenant_id = a.tenant_id AND g.group_key = a.source - 1)",
    ),
    (
        "subscriptions of no SKU",
        "SELECT count(*) FROM subscriptions b WHERE NOT EXISTS
         (SELECT 1 FROM skus s WHERE s.tenant_id = b.tenant_id AND s.sku_key = b.sku_key)",
    ),
    (
        "licences of no group or SKU",
        "SELECT count(*) FROM group_licenses l WHERE NOT EXISTS
         (SELECT 1 FROM licensed_groups g WHERE g.tenant_id = l.tenant_id AND g.group_key = l.group_key)
         OR NOT EXISTS (SELECT 1 FROM skus s WHERE s.tenant_id = l.tenant_id AND s.sku_key = l.sku_key)",
    ),
    (
        "licensed or dynamic groups that are no group",
        "SELECT count(*) FROM (SELECT tenant_id, group_key FROM licensed_groups UNION ALL
          SELECT tenant_id, group_key FROM dynamic_groups) l WHERE NOT EXISTS
         (SELECT 1 FROM groups g WHERE g.tenant_id = l.tenant_id AND g.group_key = l.group_key)",
    ),
    (
        "nested memberships of no group",
        "SELECT count(*) FROM nested_memberships m WHERE NOT EXISTS
         (SELECT 1 FROM groups g WHERE g.tenant_id = m.tenant_id AND g.group_key = m.group_key) OR NOT EXISTS
         (SELECT 1 FROM groups g WHERE g.tenant_id = m.tenant_id AND g.group_key = m.member_key)",
    ),
    (
        "addresses of no live user",
        "SELECT count(*) FROM proxy_addresses p WHERE NOT EXISTS (SELECT 1 FROM users u
          WHERE u.tenant_id = p.tenant_id AND u.user_key = p.user_key AND u.deleted_at IS NULL)",
    ),
    (
        "managers who are no user",
        "SELECT count(*) FROM users u WHERE u.manager_key IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM users m WHERE m.tenant_id = u.tenant_id AND m.user_key = u.manager_key)",
    ),
    (
        "directory roles or marks of no user",
        "SELECT count(*) FROM (SELECT tenant_id, user_key FROM role_assignments UNION ALL
          SELECT tenant_id, user_key FROM pending_users) r WHERE NOT EXISTS
         (SELECT 1 FROM users u WHERE u.tenant_id = r.tenant_id AND u.user_key = r.user_key)",
    ),
    (
        "rows of no tenant",
        "SELECT count(*) FROM (SELECT tenant_id FROM users UNION ALL SELECT tenant_id FROM groups UNION ALL
          SELECT tenant_id FROM skus UNION ALL SELECT tenant_id FROM products UNION ALL
          SELECT tenant_id FROM devices UNION ALL SELECT tenant_id FROM applications UNION ALL
          SELECT tenant_id FROM audit UNION ALL SELECT tenant_id FROM verified_domains) r
         WHERE tenant_id NOT IN (SELECT tenant_id FROM tenants)",
    ),
    (
        "memberships of no group or user",
        "SELECT count(*) FROM memberships m WHERE NOT EXISTS
         (SELECT 1 FROM users u WHERE u.tenant_id = m.tenant_id AND u.user_key = m.user_key) OR NOT EXISTS
         (SELECT 1 FROM groups g WHERE g.tenant_id = m.tenant_id AND g.group_key = m.group_key)",
    ),
    (
        "owners of no group, or who are no user",
        "SELECT count(*) FROM owners o WHERE NOT EXISTS
         (SELECT 1 FROM users u WHERE u.tenant_id = o.tenant_id AND u.user_key = o.user_key AND NOT u.purged)
         OR NOT EXISTS (SELECT 1 FROM groups g
          WHERE g.tenant_id = o.tenant_id AND g.group_key = o.group_key AND NOT g.purged)",
    ),
    (
        "tenants whose audit has gaps",
        // The first entries may be forgotten.
        "SELECT count(*) FROM tenants t JOIN
         (SELECT tenant_id, count(*) AS entries, min(sequence) AS first, max(sequence) AS last FROM audit GROUP BY 1) a
         ON a.tenant_id = t.tenant_id WHERE a.last <> t.version OR a.entries <> a.last - a.first + 1",
    ),
    (
        "pending groups without licences ever",
        "SELECT count(*) FROM pending_groups p WHERE NOT EXISTS
         (SELECT 1 FROM licensed_groups l WHERE l.tenant_id = p.tenant_id AND l.group_key = p.group_key)",
    ),
    (
        "pending rules without a dynamic group",
        "SELECT count(*) FROM pending_rules p WHERE NOT EXISTS
         (SELECT 1 FROM dynamic_groups d WHERE d.tenant_id = p.tenant_id AND d.group_key = p.group_key)",
    ),
    (
        "groups that are complete and pending, or neither",
        "SELECT count(*) FROM groups g WHERE g.processing IS NOT NULL AND (g.processing = 2) =
         EXISTS (SELECT 1 FROM pending_groups p WHERE p.tenant_id = g.tenant_id AND p.group_key = g.group_key)",
    ),
];
