-- The only writer of transfers. Groups are decided one after another, in the order given, on sums read under lock;
-- each is accepted whole or refused whole, and what is refused changes nothing. One round trip for one transfer or for
-- ten thousand.
--
-- Arrays are parallel. p_accounts names every account once, ascending; legs speak of them by their place in it.
-- p_earlier names the holds and transfers that legs resolve or reverse; legs speak of those by place as well, and
-- p_makes says which leg of this very call would bring one of them about. p_twins gives the place of the first group
-- of this call under the same key. Where p_kinds, p_deep, p_names, p_makes, p_twins, p_effective, p_expires or
-- p_problems is NULL, no leg (or group) has any.
--
-- Each statement looks its rows up by "= ANY (array)" and hashes the rest of the call to them, whatever the planner
-- believes of a table that was just filled: a wrong belief made a batch's cost grow with the square of its size.
--
-- Kinds: 0 posted, 1 held, 2 released, 3 expired. Unless p_opened is true, a call that names an account that is not
-- there does nothing but say so, so that those that open by themselves can be opened.
CREATE OR REPLACE FUNCTION public.ledger_post(
    p_book bigint, p_opened boolean, p_accounts uuid[], p_earlier uuid[],
    p_groups uuid[], p_firsts integer[], p_lasts integer[], p_contents uuid[], p_at timestamptz[],
    p_twins integer[], p_problems text[],
    p_ids uuid[], p_kinds integer[], p_sources integer[], p_targets integer[], p_amounts bigint[],
    p_deep boolean[], p_effective timestamptz[], p_expires timestamptz[], p_names integer[], p_makes integer[],
    p_acts text[], p_subject_kinds text[], p_subject_ids uuid[], p_notes text[], p_actors text[],
    p_keys text[], p_leg_contents uuid[],
    OUT missing uuid[], OUT outcomes text[], OUT at_legs integer[], OUT rooms bigint[],
    OUT source_sequences bigint[], OUT source_ins bigint[], OUT source_outs bigint[], OUT source_helds bigint[],
    OUT target_sequences bigint[], OUT target_ins bigint[], OUT target_outs bigint[], OUT target_helds bigint[]
) LANGUAGE plpgsql SECURITY INVOKER
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_nestloop = off SET enable_mergejoin = off
AS $$
DECLARE
    v_ids uuid[]; v_states text[]; v_floors bigint[]; v_deep_floors bigint[];
    v_ins bigint[]; v_outs bigint[]; v_helds bigint[]; v_versions bigint[]; v_moved timestamptz[];
    v_before bigint[];                                   -- versions as they were read
    v_known boolean[];                                   -- per group: NULL new, true same content, false other
    v_holder integer[];                                  -- per group: which group of this call took its key
    e_kinds integer[]; e_sources uuid[]; e_targets uuid[]; e_amounts bigint[]; e_expires timestamptz[];
    e_done integer[];                                    -- 2 released, 3 expired, 4 reversed
    v_recorded timestamptz[] := array_fill(NULL::timestamptz, ARRAY[cardinality(p_ids)]);
    v_closed timestamptz; v_rec timestamptz; v_why text; v_room bigint;
    g integer; i integer; j integer; s integer; t integer; k integer; e integer; a bigint; f bigint;
BEGIN
    -- Before any lock: whoever goes away to open an account must not hold another one meanwhile.
    IF NOT p_opened THEN
        SELECT count(*) INTO i FROM public.ledger_account c WHERE c.book_id = p_book AND c.id = ANY (p_accounts);
        IF i < cardinality(p_accounts) THEN
            missing := ARRAY(SELECT unnest(p_accounts) EXCEPT SELECT c.id FROM public.ledger_account c
                              WHERE c.book_id = p_book AND c.id = ANY (p_accounts));
            IF missing <> '{}' THEN RETURN; END IF;      -- none is, if another opened it between the two looks
        END IF;
    END IF;
    SELECT array_agg(x.id), array_agg(x.state), array_agg(x.floor), array_agg(x.deep_floor), array_agg(x.posted_in),
           array_agg(x.posted_out), array_agg(x.held_out - x.held_in), array_agg(x.version), array_agg(x.moved_at)
      INTO v_ids, v_states, v_floors, v_deep_floors, v_ins, v_outs, v_helds, v_versions, v_moved
      FROM (SELECT c.id, c.state, c.floor, c.deep_floor, c.posted_in, c.posted_out, c.held_in, c.held_out, c.version,
                   c.moved_at
              FROM public.ledger_account c
             WHERE c.book_id = p_book AND c.id = ANY (p_accounts)
             ORDER BY c.id FOR NO KEY UPDATE) x;

    IF v_ids IS DISTINCT FROM p_accounts THEN
        -- Some are not there at all: put the others back in their places.
        SELECT array_agg(x.state ORDER BY n.at), array_agg(x.floor ORDER BY n.at), array_agg(x.deep_floor ORDER BY n.at),
               array_agg(x.ins ORDER BY n.at), array_agg(x.outs ORDER BY n.at), array_agg(x.held ORDER BY n.at),
               array_agg(x.version ORDER BY n.at), array_agg(x.moved ORDER BY n.at)
          INTO v_states, v_floors, v_deep_floors, v_ins, v_outs, v_helds, v_versions, v_moved
          FROM unnest(p_accounts) WITH ORDINALITY n(id, at)
          LEFT JOIN unnest(v_ids, v_states, v_floors, v_deep_floors, v_ins, v_outs, v_helds, v_versions, v_moved)
                    x(id, state, floor, deep_floor, ins, outs, held, version, moved) ON x.id = n.id;
    END IF;
    v_before := v_versions;

    -- After the lock: whoever posted the same key before us has committed, or names none of our accounts.
    SELECT array_agg(t.content = n.content ORDER BY n.at) INTO v_known
      FROM unnest(p_groups, p_contents) WITH ORDINALITY n(id, content, at)
      LEFT JOIN public.ledger_transfer t ON t.book_id = p_book AND t.id = ANY (p_groups) AND t.id = n.id
    HAVING count(t.id) > 0;
    IF p_earlier IS NOT NULL THEN
        SELECT array_agg(array_position(ARRAY['POSTED', 'HELD', 'RELEASED', 'EXPIRED'], t.phase::text) - 1 ORDER BY n.at),
               array_agg(t.source_id ORDER BY n.at), array_agg(t.target_id ORDER BY n.at),
               array_agg(t.amount ORDER BY n.at), array_agg(t.expires_at ORDER BY n.at),
               array_agg(coalesce(array_position(ARRAY['RELEASED', 'EXPIRED', 'REVERSED'], r.way::text) + 1, 0) ORDER BY n.at)
          INTO e_kinds, e_sources, e_targets, e_amounts, e_expires, e_done
          FROM unnest(p_earlier) WITH ORDINALITY n(id, at)
          LEFT JOIN public.ledger_transfer t ON t.book_id = p_book AND t.id = ANY (p_earlier) AND t.id = n.id
          LEFT JOIN public.ledger_resolution r
                 ON r.book_id = p_book AND r.resolves_id = ANY (p_earlier) AND r.resolves_id = n.id;
    END IF;
    IF p_effective IS NOT NULL THEN
        SELECT max(c.through_at) INTO v_closed FROM public.ledger_closing c WHERE c.book_id = p_book;
    END IF;

    outcomes := array_fill(NULL::text, ARRAY[cardinality(p_groups)]);
    at_legs := array_fill(NULL::integer, ARRAY[cardinality(p_groups)]);
    rooms := array_fill(NULL::bigint, ARRAY[cardinality(p_groups)]);
    IF p_twins IS NOT NULL THEN v_holder := array_fill(NULL::integer, ARRAY[cardinality(p_groups)]); END IF;
    source_sequences := array_fill(NULL::bigint, ARRAY[cardinality(p_ids)]);
    source_ins := source_sequences; source_outs := source_sequences; source_helds := source_sequences;
    target_sequences := source_sequences; target_ins := source_sequences; target_outs := source_sequences;
    target_helds := source_sequences;

    <<each_group>>
    FOR g IN 1 .. cardinality(p_groups) LOOP
        IF v_known[g] IS NOT NULL THEN
            outcomes[g] := CASE WHEN v_known[g] THEN 'REPLAYED' ELSE 'KEY_REUSED' END;
            CONTINUE;
        END IF;
        IF p_twins[g] IS NOT NULL AND v_holder[p_twins[g]] IS NOT NULL THEN
            outcomes[g] := CASE WHEN p_contents[g] = p_contents[v_holder[p_twins[g]]] THEN 'REPLAYED' ELSE 'KEY_REUSED' END;
            at_legs[g] := v_holder[p_twins[g]];          -- the group of this call that has the answer
            CONTINUE;
        END IF;
        v_why := p_problems[g];
        v_rec := p_at[g]; v_room := NULL;
        i := p_firsts[g];
        WHILE v_why IS NULL AND i <= p_lasts[g] LOOP
            s := p_sources[i]; t := p_targets[i]; a := p_amounts[i]; k := p_kinds[i]; e := p_names[i];
            v_rec := greatest(v_rec, v_moved[s], v_moved[t]);
            IF v_states[s] IS NULL OR v_states[t] IS NULL THEN
                v_why := 'UNKNOWN_ACCOUNT';
            ELSIF k >= 2 THEN
                v_why := CASE
                    WHEN e_kinds[e] IS DISTINCT FROM 1 OR e_sources[e] <> p_accounts[s] OR e_targets[e] <> p_accounts[t]
                         OR e_amounts[e] <> a THEN 'HOLD_UNKNOWN'
                    WHEN e_done[e] = 3 THEN 'HOLD_EXPIRED'
                    WHEN e_done[e] > 0 THEN 'HOLD_RESOLVED'
                    WHEN k = 2 AND e_expires[e] <= v_rec THEN 'HOLD_EXPIRED'
                    WHEN k = 3 AND (e_expires[e] > v_rec) IS NOT FALSE THEN 'HOLD_NOT_EXPIRED' END;
            ELSE
                IF v_states[s] <> 'OPEN' OR v_states[t] = 'CLOSED' THEN
                    v_why := CASE WHEN 'CLOSED' IN (v_states[s], v_states[t]) THEN 'CLOSED' ELSE 'FROZEN' END;
                ELSIF e IS NOT NULL THEN
                    v_why := CASE
                        WHEN e_kinds[e] IS DISTINCT FROM 0 OR e_sources[e] <> p_accounts[t] OR e_targets[e] <> p_accounts[s]
                             OR e_amounts[e] <> a THEN 'NOT_REVERSIBLE'
                        WHEN e_done[e] > 0 THEN 'REVERSED_ALREADY' END;
                END IF;
                IF v_why IS NULL THEN
                    f := CASE WHEN p_deep[i] THEN v_deep_floors[s] ELSE v_floors[s] END;
                    v_room := v_ins[s] - v_outs[s] - v_helds[s] - f;
                    IF v_room < a THEN v_why := 'OVERDRAWN'; ELSE v_room := NULL; END IF;
                END IF;
            END IF;
            EXIT WHEN v_why IS NOT NULL;
            IF k IS NULL OR k = 0 THEN
                v_outs[s] := v_outs[s] + a; v_ins[t] := v_ins[t] + a;
                IF e IS NOT NULL THEN e_done[e] := 4; END IF;
            ELSIF k = 1 THEN
                v_helds[s] := v_helds[s] + a; v_helds[t] := v_helds[t] - a;
            ELSE
                v_helds[s] := v_helds[s] - a; v_helds[t] := v_helds[t] + a; e_done[e] := k;
            END IF;
            v_versions[s] := v_versions[s] + 1; v_versions[t] := v_versions[t] + 1;
            IF p_makes[i] IS NOT NULL THEN
                e := p_makes[i];
                e_kinds[e] := coalesce(k, 0); e_sources[e] := p_accounts[s]; e_targets[e] := p_accounts[t];
                e_amounts[e] := a; e_expires[e] := p_expires[i]; e_done[e] := 0;
            END IF;
            source_sequences[i] := v_versions[s]; source_ins[i] := v_ins[s];
            source_outs[i] := v_outs[s]; source_helds[i] := v_helds[s];
            target_sequences[i] := v_versions[t]; target_ins[i] := v_ins[t];
            target_outs[i] := v_outs[t]; target_helds[i] := v_helds[t];
            i := i + 1;
        END LOOP;
        IF v_why IS NULL AND p_effective[p_firsts[g]] < v_closed THEN v_why := 'PERIOD_CLOSED'; END IF;

        IF v_why IS NULL THEN
            outcomes[g] := 'POSTED';
            FOR j IN p_firsts[g] .. p_lasts[g] LOOP
                v_recorded[j] := v_rec; v_moved[p_sources[j]] := v_rec; v_moved[p_targets[j]] := v_rec;
            END LOOP;
            IF p_twins IS NOT NULL THEN v_holder[coalesce(p_twins[g], g)] := g; END IF;
            CONTINUE each_group;
        END IF;

        outcomes[g] := v_why; at_legs[g] := i; rooms[g] := v_room;
        FOR j IN REVERSE least(i, p_lasts[g] + 1) - 1 .. p_firsts[g] LOOP
            s := p_sources[j]; t := p_targets[j]; a := p_amounts[j]; k := p_kinds[j]; e := p_names[j];
            IF k IS NULL OR k = 0 THEN
                v_outs[s] := v_outs[s] - a; v_ins[t] := v_ins[t] - a;
            ELSE
                a := CASE WHEN k = 1 THEN a ELSE -a END;
                v_helds[s] := v_helds[s] - a; v_helds[t] := v_helds[t] + a;
            END IF;
            IF e IS NOT NULL THEN e_done[e] := 0; END IF;
            IF p_makes[j] IS NOT NULL THEN e_kinds[p_makes[j]] := NULL; END IF;
            v_versions[s] := v_versions[s] - 1; v_versions[t] := v_versions[t] - 1;
            source_sequences[j] := NULL; target_sequences[j] := NULL;
        END LOOP;
    END LOOP;

    IF v_versions = v_before THEN RETURN; END IF;
    INSERT INTO public.ledger_transfer (
        book_id, id, phase, act, source_id, target_id, amount, source_sequence, source_in, source_out, source_held,
        target_sequence, target_in, target_out, target_held, effective_at, recorded_at, expires_at, earlier_id,
        subject_kind, subject_id, note, actor, key, content)
    SELECT p_book, l.id, CASE l.kind WHEN 1 THEN 'HELD' WHEN 2 THEN 'RELEASED' WHEN 3 THEN 'EXPIRED' ELSE 'POSTED' END,
           l.act, p_accounts[l.source], p_accounts[l.target], l.amount, l.source_sequence, l.source_in, l.source_out,
           l.source_held, l.target_sequence, l.target_in, l.target_out, l.target_held,
           least(coalesce(l.effective, l.recorded), l.recorded), l.recorded, l.expires,
           p_earlier[l.names], l.subject_kind, l.subject_id, l.note, l.actor, l.key, l.content
      FROM unnest(p_ids, p_kinds, p_acts, p_sources, p_targets, p_amounts, source_sequences, source_ins, source_outs,
                  source_helds, target_sequences, target_ins, target_outs, target_helds, p_effective, v_recorded,
                  p_expires, p_names, p_subject_kinds, p_subject_ids, p_notes, p_actors, p_keys, p_leg_contents)
           l(id, kind, act, source, target, amount, source_sequence, source_in, source_out, source_held,
             target_sequence, target_in, target_out, target_held, effective, recorded, expires, names, subject_kind,
             subject_id, note, actor, key, content)
     WHERE l.source_sequence IS NOT NULL;

    UPDATE public.ledger_account c
       SET posted_in = n.ins, posted_out = n.outs, held_in = greatest(-n.held, 0), held_out = greatest(n.held, 0),
           version = n.version, moved_at = n.moved
      FROM unnest(p_accounts, v_ins, v_outs, v_helds, v_versions, v_moved, v_before)
           n(id, ins, outs, held, version, moved, before)
     WHERE c.book_id = p_book AND c.id = ANY (p_accounts) AND c.id = n.id AND n.version <> n.before;

    IF p_expires IS NOT NULL THEN
        INSERT INTO public.ledger_expiringhold (book_id, id, expires_at)
        SELECT p_book, l.id, l.expires
          FROM unnest(p_ids, p_kinds, p_expires, source_sequences) l(id, kind, expires, accepted)
         WHERE l.expires IS NOT NULL AND l.accepted IS NOT NULL;
    END IF;
    IF p_earlier IS NOT NULL THEN
        INSERT INTO public.ledger_resolution (book_id, id, resolves_id, way, reason)
        SELECT p_book, l.id, p_earlier[l.names], CASE l.kind WHEN 2 THEN 'RELEASED' WHEN 3 THEN 'EXPIRED' ELSE 'REVERSED' END,
               CASE WHEN l.kind >= 2 THEN '' ELSE l.note END
          FROM unnest(p_ids, p_kinds, p_names, p_notes, source_sequences) l(id, kind, names, note, accepted)
         WHERE l.names IS NOT NULL AND l.accepted IS NOT NULL;
        DELETE FROM public.ledger_expiringhold h
         USING unnest(p_earlier, e_done) n(id, done)
         WHERE h.book_id = p_book AND h.id = ANY (p_earlier) AND h.id = n.id AND n.done > 0;
    END IF;
END $$;
