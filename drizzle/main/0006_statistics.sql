-- The counts of one month, as they stood when first asked for: sealed, for small counts are as telling as the records. Never changed.
create table statistic_kept (
  definition text not null,
  month text not null,
  id uuid not null,
  sealed text not null,
  made_at timestamptz not null default statement_timestamp(),
  primary key (definition, month)
);
alter table statistic_kept enable row level security;
alter table statistic_kept force row level security;
create policy owner_all on statistic_kept to prasan_owner using (true) with check (true);
-- The same for every asker, and without a key nothing: what may leave of it is decided for each.
create policy app_read on statistic_kept for select to prasan_app using (current_setting('prasan.purpose')::integer <> 0);
create policy app_add on statistic_kept for insert to prasan_app with check (current_setting('prasan.purpose')::integer <> 0);
revoke all on statistic_kept from public;
grant select, insert on statistic_kept to prasan_app;
--> statement-breakpoint
-- A counting is in the ledger of each originator whose records were counted, as a number: how many, of which kind, up to which level.
alter table ledger_disclosure add column counted integer, add column counted_kind text, add column counted_level smallint;
--> statement-breakpoint
-- The one path that sees records which the asker may not list. It counts a table that the registry declares, over one month that is over, for a
-- partner to whom the table's clause gives COUNT; it gives numbers a cell and an originator, and sums of keys that say nothing of a record.
-- `tokens` stand for values of the table's fields, numbered by `vals`: what is sealed is counted blinded. A record's value counts only where the
-- clause covers the compartment its key stands under; 0 stands for none, -1 for several.
create function prasan_count(of_table text, month_begin timestamptz, secret bytea, dims integer[], tokens bytea[], vals integer[])
returns table (cell integer[], originator text, records bigint, cell_key bigint)
language plpgsql stable security definer set search_path = pg_catalog, public set timezone to 'UTC' as $$
#variable_conflict use_column
declare
  asker text := current_setting('prasan.partner');
  bit integer := current_setting('prasan.purpose')::integer;
  declared jsonb;
  basis jsonb;
  shared text[];
  roof integer;
  held integer;
  tags bytea[];
begin
  select t.doc, c.value into declared, basis
    from registry_object t
    join registry_object a on a.type = 'agreement' and a.id = t.doc ->> 'agreement'
    cross join lateral jsonb_array_elements(a.doc -> 'clauses') c
    where t.type = 'statistic' and t.id = of_table and t.doc ->> 'status' = 'ACTIVE'
      and a.doc ->> 'status' <> 'SUSPENDED' and (a.doc -> 'parties') ? asker
      and c.value ->> 'id' = t.doc ->> 'clause' and (c.value -> 'access') ? 'COUNT' and (c.value ->> 'purposes')::integer & bit <> 0
      and ((c.value -> 'kinds') ? '*' or (c.value -> 'kinds') ? (t.doc ->> 'kind')) and (c.value -> 'parties' is null or (c.value -> 'parties') ? asker);
  shared := array(select jsonb_array_elements_text(declared -> 'channels'));
  select least((basis ->> 'ceiling')::integer, min((h.doc ->> 'ceiling')::integer)) into roof
    from registry_object h
    where h.type = 'channel' and h.id = any (shared) and h.doc ->> 'status' = 'ACTIVE' and (h.doc -> 'members') ? asker and (h.doc ->> 'purposes')::integer & bit <> 0
    having count(*) = cardinality(shared);
  if roof is null or roof > current_setting('prasan.clearance')::integer
    or not exists (select 1 from registry_object p where p.type = 'partner' and p.id = asker and p.doc ->> 'status' = 'ACTIVE') then
    raise exception 'no such table for this partner' using errcode = 'insufficient_privilege';
  end if;
  if month_begin <> date_trunc('month', month_begin) or month_begin + interval '1 month' > statement_timestamp() then
    raise exception 'not a month that is over' using errcode = 'insufficient_privilege';
  end if;
  -- A token begins with the tag of its field (exchange/tokens.ts): nothing but the declared dimensions can be counted by.
  tags := array(select substr(sha256(convert_to((declared ->> 'kind') || '.' || d, 'UTF8')), 1, 4) from jsonb_array_elements_text(declared -> 'dimensions') d);
  if exists (select 1 from unnest(tokens) x where substr(x, 1, 4) <> all (tags)) then
    raise exception 'not a dimension of the table' using errcode = 'insufficient_privilege';
  end if;
  held := (basis ->> 'caveats')::integer;
  return query
  with wanted as materialized (
    select w.d, w.tk, w.v from unnest(dims, tokens, vals) as w(d, tk, v)
  ), chosen as materialized (
    select r.id, r.originator as whose from audience a join record r on r.audience_id = a.id
    where a.kind = declared ->> 'kind' and a.channels && shared and a.level <= roof and r.status = 'ACTIVE'
      -- Who agreed to some purposes, and not to statistics, is not counted either.
      and (a.purposes is null or a.purposes & bit <> 0)
      and r.created_at >= month_begin and r.created_at < month_begin + interval '1 month'
  ), said as materialized (
    select k.record_id, w.d, case when min(w.v) = max(w.v) then min(w.v) else -1 end as v
    from chosen c join search_key k on k.record_id = c.id join scope s on s.id = k.scope_id join wanted w on w.tk = k.token
    where s.level <= roof and s.caveats & ~held = 0
    group by k.record_id, w.d
  ), placed as (
    select c.id, c.whose, array_agg(coalesce(s.v, 0) order by n.n) as place
    from chosen c cross join generate_series(0, (select coalesce(max(d), 0) from wanted)) n(n) left join said s on s.record_id = c.id and s.d = n.n
    group by c.id, c.whose
  )
  -- The message has a fixed length, so that the secret in front of it makes a sound key (no extension), and the digest is cut.
  select p.place, p.whose, count(*), (sum(('x' || encode(substr(sha256(secret || uuid_send(p.id)), 1, 4), 'hex'))::bit(32)::bigint) % 4294967296)::bigint
  from placed p group by p.place, p.whose;
end $$;
--> statement-breakpoint
revoke all on function prasan_count(text, timestamptz, bytea, integer[], bytea[], integer[]) from public;
grant execute on function prasan_count(text, timestamptz, bytea, integer[], bytea[], integer[]) to prasan_app;
