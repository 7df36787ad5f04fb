-- What post.sql does, for the commonest call: one group of one posted transfer. The two agree to the letter, which a
-- test holds; this one is there because arrays of one are most of the cost of one.
--
-- Answers with its outcome (0 posted, 1 replayed, else as below), the room there was, and both sides' sequence and sums.
CREATE OR REPLACE FUNCTION public.ledger_post_one(
    p_book bigint, p_id uuid, p_content uuid, p_source uuid, p_target uuid, p_amount bigint, p_deep boolean,
    p_at timestamptz, p_effective timestamptz, p_act text, p_subject_kind text, p_subject_id uuid, p_note text,
    p_actor text, p_key text
) RETURNS bigint[] LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
    v record; v_backwards boolean := p_source > p_target; v_outcome bigint; v_room bigint; v_recorded timestamptz;
    v_content uuid; v_source bigint[]; v_target bigint[];
BEGIN
    -- Both rows in one statement, locked in the order in which it names them: the lower id first.
    SELECT a.state AS a_state, a.floor AS a_floor, a.deep_floor AS a_deep, a.posted_in AS a_in, a.posted_out AS a_out,
           a.held_out - a.held_in AS a_held, a.version AS a_version,
           b.state AS b_state, b.floor AS b_floor, b.deep_floor AS b_deep, b.posted_in AS b_in, b.posted_out AS b_out,
           b.held_out - b.held_in AS b_held, b.version AS b_version, greatest(p_at, a.moved_at, b.moved_at) AS recorded
      INTO v
      FROM public.ledger_account a, public.ledger_account b
     WHERE a.book_id = p_book AND a.id = CASE WHEN v_backwards THEN p_target ELSE p_source END
       AND b.book_id = p_book AND b.id = CASE WHEN v_backwards THEN p_source ELSE p_target END
       FOR NO KEY UPDATE;
    IF v_backwards THEN
        v_room := v.b_in - v.b_out - v.b_held - CASE WHEN p_deep THEN v.b_deep ELSE v.b_floor END;
        v_source := ARRAY[v.b_version + 1, v.b_in, v.b_out + p_amount, v.b_held];
        v_target := ARRAY[v.a_version + 1, v.a_in + p_amount, v.a_out, v.a_held];
    ELSE
        v_room := v.a_in - v.a_out - v.a_held - CASE WHEN p_deep THEN v.a_deep ELSE v.a_floor END;
        v_source := ARRAY[v.a_version + 1, v.a_in, v.a_out + p_amount, v.a_held];
        v_target := ARRAY[v.b_version + 1, v.b_in + p_amount, v.b_out, v.b_held];
    END IF;
    v_outcome := CASE
        WHEN v.a_state = 'OPEN' AND v.b_state = 'OPEN' THEN CASE WHEN v_room < p_amount THEN 6 ELSE 0 END
        WHEN v.a_state IS NULL THEN 3
        WHEN v.a_state = 'CLOSED' OR v.b_state = 'CLOSED' THEN 4
        WHEN (v_backwards AND v.b_state = 'FROZEN') OR (NOT v_backwards AND v.a_state = 'FROZEN') THEN 5
        WHEN v_room < p_amount THEN 6 ELSE 0 END;
    IF v_outcome = 0 AND p_effective IS NOT NULL THEN
        PERFORM 1 FROM public.ledger_closing c WHERE c.book_id = p_book AND c.through_at > p_effective LIMIT 1;
        IF FOUND THEN v_outcome := 7; END IF;
    END IF;
    IF v_outcome = 0 THEN
        INSERT INTO public.ledger_transfer (
            book_id, id, phase, act, source_id, target_id, amount, source_sequence, source_in, source_out, source_held,
            target_sequence, target_in, target_out, target_held, effective_at, recorded_at, subject_kind, subject_id,
            note, actor, key, content)
        VALUES (p_book, p_id, 'POSTED', p_act, p_source, p_target, p_amount, v_source[1], v_source[2], v_source[3],
                v_source[4], v_target[1], v_target[2], v_target[3], v_target[4], coalesce(p_effective, v.recorded),
                v.recorded, p_subject_kind, p_subject_id, p_note, p_actor, p_key, p_content)
        ON CONFLICT (book_id, id) DO NOTHING;
        IF FOUND THEN
            UPDATE public.ledger_account c
               SET posted_out = c.posted_out + CASE WHEN c.id = p_source THEN p_amount ELSE 0 END,
                   posted_in = c.posted_in + CASE WHEN c.id = p_target THEN p_amount ELSE 0 END,
                   version = c.version + 1, moved_at = v.recorded
             WHERE c.book_id = p_book AND c.id IN (p_source, p_target);
            RETURN 0::bigint || (NULL::bigint || (v_source || v_target));
        END IF;
    END IF;

    -- Nothing was written: the key was used before, whatever would be answered today, or this is a refusal.
    SELECT t.content INTO v_content FROM public.ledger_transfer t WHERE t.book_id = p_book AND t.id = p_id;
    IF FOUND THEN v_outcome := CASE WHEN v_content = p_content THEN 1 ELSE 2 END; END IF;
    RETURN ARRAY[v_outcome, v_room];
END $$;
