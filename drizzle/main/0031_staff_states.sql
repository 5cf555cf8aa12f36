-- What a restore of the rows must not undo: who of the staff is suspended, and whose passkeys were taken away.
alter table staff add column renewed integer;
comment on column staff.renewed is 'The revision at which all that the person had before ended; null: never.';
grant update (renewed) on staff to prasan_app;
--> statement-breakpoint
-- Ids and numbers alone, for the journal beside the keys: of those that it should know, and of those that it names.
create function prasan_staff_states(named uuid[]) returns table (id uuid, status text, revision integer, renewed integer)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.id, s.status, s.revision, s.renewed from staff s where s.status = 'SUSPENDED' or s.renewed is not null or s.id = any(named)
$$;
--> statement-breakpoint
revoke all on function prasan_staff_states(uuid[]) from public;
grant execute on function prasan_staff_states(uuid[]) to prasan_app;
