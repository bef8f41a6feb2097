-- Full-text search whose cost does not grow with the knowledge: ranking every passage that shares
-- any word took half a second in a hundred thousand passages.
--
-- A word that more than a thousand passages of the workspace hold tells little about which of them
-- answers. The rarer words decide; only when there are none must a passage hold all words. The
-- counting stops at the bound, and so does the ranking.
create or replace function passages_matching(question text, most int)
    returns table (passage_id uuid, rank real)
    language plpgsql stable security definer set search_path = public, pg_temp
    as $$
    #variable_conflict use_column
    declare
        word tsquery;
        passages int;
        every tsquery;
        telling tsquery;
    begin
        for word in
            select quote_literal(l.lexeme)::tsquery
            from unnest(to_tsvector('english', question)) l order by l.positions[1] limit 32
        loop
            select count(*) into passages from (
                select from passage p
                where p.workspace_id = current_workspace() and p.words @@ word
                limit 1001
            ) bounded;
            every := coalesce(every && word, word);
            if passages between 1 and 1000 then
                telling := coalesce(telling || word, word);
            end if;
        end loop;
        return query
            select p.passage_id, ts_rank_cd(p.words, coalesce(telling, every), 1) as rank
            from (
                select * from passage p
                where p.workspace_id = current_workspace()
                    and p.words @@ coalesce(telling, every)
                limit 5000
            ) p
            join document d on d.workspace_id = p.workspace_id
                and d.document_id = p.document_id and d.live_generation = p.generation_id
                and d.status <> 'deleted'
            order by rank desc, p.index_key
            limit most;
    end
    $$;
