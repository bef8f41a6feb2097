-- What approving does is kept in parts and not in words alone, so that it can be shown as an
-- appointment. Of older drafts only the words are known, and with their first word the kind.

alter table draft add column effects jsonb;

update draft set effects = (
    select coalesce(jsonb_agg(
        jsonb_build_object(
            'kind', case split_part(words, ' ', 1)
                when 'holds' then 'hold'
                when 'books' then 'book'
                when 'moves' then 'move'
                when 'cancels' then 'cancel'
                when 'releases' then 'release'
                when 'asks' then 'deposit'
                else 'hand_off' end,
            'words', words) order by place), '[]')
    from jsonb_array_elements_text(effects_in_words) with ordinality as old (words, place));

alter table draft alter column effects set not null;
alter table draft drop column effects_in_words;
