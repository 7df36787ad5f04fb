-- A line of a ledger account with the word for it: which action this was for whoever owns the account.
CREATE OR REPLACE VIEW public.reports_leg WITH (security_invoker = true) AS
SELECT e.book_id, e.account_id, e.sequence, e.id, e.phase, e.act, e.change, e.posted_in - e.posted_out AS balance,
       e.effective_at, e.recorded_at, e.earlier_id, e.subject_kind, e.subject_id, e.note, e.actor,
       a.owner_id, e.other_id, o.kind AS other_kind, o.owner_id AS other_owner_id,
       CASE
           WHEN e.phase <> 'POSTED' THEN e.phase
           WHEN a.kind = 'WALLET' AND e.change > 0 THEN CASE
               WHEN o.kind = 'CASH' THEN 'FUNDED'
               WHEN o.kind = 'ADVANCE' THEN 'ADVANCED'
               WHEN o.kind = 'WALLET' THEN 'RECEIVED'
               WHEN o.kind = 'DUE' THEN 'COLLECTED'
               WHEN o.kind = 'MARGIN' AND o.owner_id = a.owner_id THEN 'EARNED'
               ELSE 'REFUNDED' END
           WHEN a.kind = 'WALLET' THEN CASE
               WHEN o.kind = 'WALLET' THEN 'GIVEN'
               WHEN o.kind = 'CASH' THEN 'TAKEN_BACK'
               WHEN o.kind = 'ADVANCE' THEN 'REPAID'
               WHEN o.kind IN ('OWED', 'OWED_COST') THEN 'BILL_PAID'
               WHEN o.kind = 'TAX_PREPAID' THEN 'TAX_SET_APART'
               ELSE 'SPENT' END
           WHEN a.kind IN ('PROMO', 'POC') THEN CASE
               WHEN o.kind = 'PROMOTION' AND e.act = 'grant.lapsed' THEN 'LAPSED'
               WHEN o.kind = 'PROMOTION' AND e.change > 0 AND e.act <> 'spending.refunded' THEN 'GRANTED'
               WHEN o.kind = 'PROMOTION' AND a.kind = 'PROMO' AND e.change < 0 THEN 'TAX_SET_APART'
               WHEN e.change > 0 THEN 'REFUNDED'
               ELSE 'SPENT' END
           WHEN a.kind IN ('LINE', 'POOL') THEN CASE
               WHEN o.kind = 'LINE_USED' THEN CASE WHEN e.change < 0 THEN 'USED' ELSE 'FREED' END
               WHEN o.kind = 'LIMIT_SOURCE' THEN CASE WHEN e.change > 0 THEN 'GRANTED' ELSE 'REDUCED' END
               WHEN (a.kind = 'LINE') = (e.change > 0) THEN 'ALLOCATED'
               ELSE 'WITHDRAWN' END
           ELSE e.act END AS action
  FROM public.ledger_entry e
  JOIN public.ledger_account a ON a.book_id = e.book_id AND a.id = e.account_id
  JOIN public.ledger_account o ON o.book_id = e.book_id AND o.id = e.other_id;

-- What an account's owner reads: one line for one thing that happened. A purchase is poured into net, tax and margin by
-- several transfers in a row; to read them apart would be to read the cost. So a run of them, of one group and one
-- object, is its last line with the sum of all.
CREATE OR REPLACE VIEW public.reports_movement WITH (security_invoker = true) AS
SELECT l.book_id, l.account_id, l.sequence, l.id, l.act, l.action, l.change > 0 AS is_in, l.balance, l.effective_at,
       l.recorded_at, l.earlier_id, l.subject_kind, l.subject_id, l.note, l.actor, l.owner_id, l.other_id, l.other_kind,
       l.other_owner_id,
       CASE WHEN l.action NOT IN ('SPENT', 'REFUNDED') THEN l.change
            ELSE l.balance - coalesce((
                SELECT p.balance FROM public.reports_leg p
                 WHERE p.book_id = l.book_id AND p.account_id = l.account_id AND p.sequence < l.sequence
                   AND NOT (p.action = l.action AND left(p.id::text, 32) = left(l.id::text, 32) AND p.act = l.act
                            AND p.subject_id IS NOT DISTINCT FROM l.subject_id)
                 ORDER BY p.sequence DESC LIMIT 1), 0) END AS amount
  FROM public.reports_leg l
 WHERE l.phase = 'POSTED'
   AND (l.action NOT IN ('SPENT', 'REFUNDED') OR NOT EXISTS (
        SELECT 1 FROM public.reports_leg n
         WHERE n.book_id = l.book_id AND n.account_id = l.account_id AND n.sequence = l.sequence + 1
           AND n.action = l.action AND left(n.id::text, 32) = left(l.id::text, 32) AND n.act = l.act
           AND n.subject_id IS NOT DISTINCT FROM l.subject_id));
