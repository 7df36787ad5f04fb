-- Both sides of every transfer, each as its account sees it. Asked for one account in the order of its sequence, each
-- half is one index, and the two are merged.
CREATE OR REPLACE VIEW public.ledger_entry WITH (security_invoker = true) AS
SELECT t.book_id, t.source_id AS account_id, t.source_sequence AS sequence, t.id, t.phase, t.act, t.target_id AS other_id,
       -t.amount AS change, t.source_in AS posted_in, t.source_out AS posted_out, t.source_held AS held,
       t.effective_at, t.recorded_at, t.expires_at, t.earlier_id, t.subject_kind, t.subject_id, t.note, t.actor
  FROM public.ledger_transfer t
UNION ALL
SELECT t.book_id, t.target_id, t.target_sequence, t.id, t.phase, t.act, t.source_id,
       t.amount, t.target_in, t.target_out, t.target_held,
       t.effective_at, t.recorded_at, t.expires_at, t.earlier_id, t.subject_kind, t.subject_id, t.note, t.actor
  FROM public.ledger_transfer t;

-- The last transfer an account had by a moment, 0 if none: recorded_at never goes back within an account, so it is
-- found by halving, in some twenty looks for a million transfers, without an index on time.
CREATE OR REPLACE FUNCTION public.ledger_sequence_at(p_book bigint, p_account uuid, p_moment timestamptz)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
DECLARE
    v_low bigint := 0; v_high bigint; v_middle bigint; v_recorded timestamptz;
BEGIN
    SELECT a.version INTO v_high FROM public.ledger_account a WHERE a.book_id = p_book AND a.id = p_account;
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high + 1) / 2;
        SELECT t.recorded_at INTO v_recorded FROM public.ledger_transfer t
         WHERE t.book_id = p_book AND t.source_id = p_account AND t.source_sequence = v_middle;
        IF NOT FOUND THEN
            SELECT t.recorded_at INTO v_recorded FROM public.ledger_transfer t
             WHERE t.book_id = p_book AND t.target_id = p_account AND t.target_sequence = v_middle;
        END IF;
        IF v_recorded <= p_moment THEN v_low := v_middle; ELSE v_high := v_middle - 1; END IF;
    END LOOP;
    RETURN coalesce(v_low, 0);
END $$;

-- The first transfer by which more than p_units had come into the account in its whole life, NULL if none yet.
CREATE OR REPLACE FUNCTION public.ledger_sequence_of_unit(p_book bigint, p_account uuid, p_units bigint)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
DECLARE
    v_low bigint := 1; v_high bigint; v_middle bigint; v_in bigint;
BEGIN
    SELECT a.version + 1 INTO v_high FROM public.ledger_account a WHERE a.book_id = p_book AND a.id = p_account;
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high) / 2;
        SELECT t.source_in INTO v_in FROM public.ledger_transfer t
         WHERE t.book_id = p_book AND t.source_id = p_account AND t.source_sequence = v_middle;
        IF NOT FOUND THEN
            SELECT t.target_in INTO v_in FROM public.ledger_transfer t
             WHERE t.book_id = p_book AND t.target_id = p_account AND t.target_sequence = v_middle;
        END IF;
        IF v_in > p_units THEN v_high := v_middle; ELSE v_low := v_middle + 1; END IF;
    END LOOP;
    RETURN (SELECT CASE WHEN v_low <= a.version THEN v_low END
              FROM public.ledger_account a WHERE a.book_id = p_book AND a.id = p_account);
END $$;

-- What stood on an account at a moment: as it was recorded by then, and as it counts by then. The difference is what
-- was recorded later and dated back; a closed period takes none any more, which ends the search.
CREATE OR REPLACE FUNCTION public.ledger_balance_at(
    p_book bigint, p_account uuid, p_moment timestamptz,
    OUT at_sequence bigint, OUT recorded bigint, OUT held bigint, OUT effective bigint
) LANGUAGE plpgsql STABLE SECURITY INVOKER SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    v_closed timestamptz;
BEGIN
    at_sequence := public.ledger_sequence_at(p_book, p_account, p_moment);
    SELECT t.source_in - t.source_out, t.source_held INTO recorded, held FROM public.ledger_transfer t
     WHERE t.book_id = p_book AND t.source_id = p_account AND t.source_sequence = at_sequence;
    IF NOT FOUND THEN
        SELECT t.target_in - t.target_out, t.target_held INTO recorded, held FROM public.ledger_transfer t
         WHERE t.book_id = p_book AND t.target_id = p_account AND t.target_sequence = at_sequence;
    END IF;
    recorded := coalesce(recorded, 0);
    held := coalesce(held, 0);
    SELECT min(c.closed_at) INTO v_closed FROM public.ledger_closing c
     WHERE c.book_id = p_book AND c.through_at > p_moment;
    SELECT recorded + coalesce(sum(CASE WHEN t.target_id = p_account THEN t.amount ELSE -t.amount END), 0) INTO effective
      FROM public.ledger_transfer t
     WHERE t.book_id = p_book AND t.effective_at < t.recorded_at AND t.recorded_at > p_moment
       AND t.recorded_at <= coalesce(v_closed, 'infinity') AND t.effective_at <= p_moment AND t.phase = 'POSTED'
       AND (t.source_id = p_account OR t.target_id = p_account);
END $$;
