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
    s_sequence bigint; s_in bigint; s_out bigint; s_held bigint; t_sequence bigint; t_in bigint; t_out bigint;
    t_held bigint; v_recorded timestamptz; v_room bigint; v_outcome bigint; v_content uuid; v_answer bigint[];
BEGIN
    -- Both rows in one statement, locked in the order in which it names them: the lower id first.
    IF p_source < p_target THEN
        SELECT s.version + 1, s.posted_in, s.posted_out + p_amount, s.held_out - s.held_in,
               t.version + 1, t.posted_in + p_amount, t.posted_out, t.held_out - t.held_in,
               greatest(p_at, s.moved_at, t.moved_at),
               s.posted_in - s.posted_out - s.held_out + s.held_in
               - CASE WHEN p_deep THEN s.deep_floor ELSE s.floor END,
               CASE WHEN s.state = 'OPEN' AND t.state <> 'CLOSED' THEN 0
                    WHEN s.state = 'CLOSED' OR t.state = 'CLOSED' THEN 4 ELSE 5 END
          INTO s_sequence, s_in, s_out, s_held, t_sequence, t_in, t_out, t_held, v_recorded, v_room, v_outcome
          FROM public.ledger_account s, public.ledger_account t
         WHERE s.book_id = p_book AND s.id = p_source AND t.book_id = p_book AND t.id = p_target
           FOR NO KEY UPDATE;
    ELSE
        SELECT s.version + 1, s.posted_in, s.posted_out + p_amount, s.held_out - s.held_in,
               t.version + 1, t.posted_in + p_amount, t.posted_out, t.held_out - t.held_in,
               greatest(p_at, s.moved_at, t.moved_at),
               s.posted_in - s.posted_out - s.held_out + s.held_in
               - CASE WHEN p_deep THEN s.deep_floor ELSE s.floor END,
               CASE WHEN s.state = 'OPEN' AND t.state <> 'CLOSED' THEN 0
                    WHEN s.state = 'CLOSED' OR t.state = 'CLOSED' THEN 4 ELSE 5 END
          INTO s_sequence, s_in, s_out, s_held, t_sequence, t_in, t_out, t_held, v_recorded, v_room, v_outcome
          FROM public.ledger_account t, public.ledger_account s
         WHERE s.book_id = p_book AND s.id = p_source AND t.book_id = p_book AND t.id = p_target
           FOR NO KEY UPDATE;
    END IF;
    IF v_outcome = 0 AND v_room < p_amount THEN v_outcome := 6; END IF;
    IF v_outcome = 0 AND p_effective IS NOT NULL THEN
        PERFORM 1 FROM public.ledger_closing c WHERE c.book_id = p_book AND c.through_at > p_effective LIMIT 1;
        IF FOUND THEN v_outcome := 7; END IF;
    END IF;
    IF v_outcome = 0 THEN
        INSERT INTO public.ledger_transfer (
            book_id, id, phase, act, source_id, target_id, amount, source_sequence, source_in, source_out, source_held,
            target_sequence, target_in, target_out, target_held, effective_at, recorded_at, subject_kind, subject_id,
            note, actor, key, content)
        VALUES (p_book, p_id, 'POSTED', p_act, p_source, p_target, p_amount, s_sequence, s_in, s_out, s_held,
                t_sequence, t_in, t_out, t_held, coalesce(p_effective, v_recorded), v_recorded, p_subject_kind,
                p_subject_id, p_note, p_actor, p_key, p_content)
        ON CONFLICT (book_id, id) DO NOTHING
        RETURNING ARRAY[0, NULL, source_sequence, source_in, source_out, source_held,
                        target_sequence, target_in, target_out, target_held] INTO v_answer;
        IF FOUND THEN
            UPDATE public.ledger_account c
               SET posted_out = c.posted_out + CASE WHEN c.id = p_source THEN p_amount ELSE 0 END,
                   posted_in = c.posted_in + CASE WHEN c.id = p_target THEN p_amount ELSE 0 END,
                   version = c.version + 1, moved_at = v_recorded
             WHERE c.book_id = p_book AND c.id IN (p_source, p_target);
            RETURN v_answer;
        END IF;
    END IF;

    -- Nothing was written: the key was used before, whatever would be answered today, or this is a refusal.
    SELECT t.content INTO v_content FROM public.ledger_transfer t WHERE t.book_id = p_book AND t.id = p_id;
    IF FOUND THEN v_outcome := CASE WHEN v_content = p_content THEN 1 ELSE 2 END; END IF;
    RETURN ARRAY[coalesce(v_outcome, 3), v_room];
END $$;
