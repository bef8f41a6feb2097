-- Documents, their passages and vectors. A generation is one complete set of passages and vectors
-- made with one embedding model; a document is answered from its live generation only, so a new
-- one replaces the old in a single update.

create extension if not exists vector;

create table document (
    workspace_id uuid not null references workspace,
    document_id uuid not null,
    title text not null,
    file_name text not null,
    file_type text not null,
    file_size bigint not null,
    sha256 text not null,
    status text not null
        check (status in ('received', 'extracting', 'embedding', 'ready', 'failed', 'deleted')),
    reason_code text,
    reason text,
    passages_done int not null,
    passages_total int not null,
    live_generation uuid,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, document_id)
);

create index document_by_time on document (workspace_id, created_at desc, document_id desc);
create index document_by_blob on document (workspace_id, sha256);

create table passage (
    workspace_id uuid not null,
    passage_id uuid not null,
    document_id uuid not null,
    generation_id uuid not null,
    -- The key of this passage in the in-memory index.
    index_key bigint not null generated always as identity,
    ordinal int not null,
    page int,
    heading text,
    -- The exact words of the document, at this span of its whole text in Unicode scalars.
    text text not null,
    start_offset int not null,
    end_offset int not null,
    -- What was embedded: the words with their headings.
    embedded_text text not null,
    model_id text not null,
    embedding vector not null,
    words tsvector not null generated always as (to_tsvector('english', embedded_text)) stored,
    primary key (workspace_id, passage_id),
    foreign key (workspace_id, document_id) references document on delete cascade
);

create index passage_by_document on passage (workspace_id, document_id, generation_id, ordinal);
create unique index passage_by_key on passage (workspace_id, index_key);
create index passage_words on passage using gin (words);

alter table document enable row level security;
alter table passage enable row level security;

create policy own_workspace on document
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on passage
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());

grant select, insert, update, delete on document, passage to frontdesk_app;

-- Full-text search. `@@` is not leakproof, so under row-level security its index goes unused; this
-- function names the workspace of the transaction itself, first.
create function passages_matching(question text, most int)
    returns table (passage_id uuid, rank real)
    language sql stable security definer set search_path = public, pg_temp
    as $$
        select p.passage_id, ts_rank_cd(p.words, q.query, 1) as rank
        from (
            select nullif(replace(plainto_tsquery('english', question)::text, '&', '|'), '')
                ::tsquery as query
        ) q
        join passage p on p.words @@ q.query
        join document d on d.workspace_id = p.workspace_id and d.document_id = p.document_id
            and d.live_generation = p.generation_id and d.status <> 'deleted'
        where p.workspace_id = current_workspace()
        order by rank desc, p.index_key
        limit most
    $$;

-- A blob is shared by all uploads of the same content, in whatever workspace.
create function blob_is_used(wanted text) returns boolean
    language sql stable security definer set search_path = public, pg_temp
    as $$ select exists (select from document where sha256 = wanted and status <> 'deleted') $$;

revoke execute on function
    passages_matching(text, int),
    blob_is_used(text)
    from public;
grant execute on function
    passages_matching(text, int),
    blob_is_used(text)
    to frontdesk_app;
