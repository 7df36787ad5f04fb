-- A partner's accounts: its customers and its further organizations (PROG-5). Nothing of a link is here that its partner
-- may not read (LINK-3): whose account it is, only once it was confirmed. The first half has no condition of its own
-- (who asks leaves out what was replaced), or PostgreSQL would sort all of a partner's links instead of reading one index.
CREATE OR REPLACE VIEW public.customers_account WITH (security_invoker = true) AS
SELECT l.id, l.partner_id, 'CUSTOMER'::varchar AS relation, l.role::varchar AS role, l.state::varchar AS state,
       CASE WHEN l.confirmed_at IS NULL THEN NULL ELSE l.customer_id END AS organization_id,
       l.email::varchar AS email, l.friendly_name::varchar AS name, l.assigned_to_id,
       l.added_at, l.sent_at, l.expires_at, l.confirmed_at, l.replaced_at,
       l.search_key, l.sort_key
  FROM public.customers_customerlink l
UNION ALL
SELECT w.id, w.partner_id, 'OWN'::varchar, 'OWN'::varchar,
       CASE w.state WHEN 'PENDING' THEN 'AWAITING_PROVIDER'::varchar ELSE w.state::varchar END, w.organization_id,
       o.email::varchar, o.name::varchar, NULL::uuid,
       w.asked_at, NULL::timestamptz, NULL::timestamptz,
       CASE WHEN w.state = 'CONFIRMED' THEN w.decided_at END, NULL::timestamptz, o.search_key, o.sort_key
  FROM public.partners_ownorganization w JOIN public.identity_organization o ON o.id = w.organization_id;
