-- What partners and clients have used of their limits, counted by all nodes. Unlogged: written often, worth nothing after its period; a crash of the
-- server begins the periods anew.
create unlogged table limit_use (
  name text not null,
  measure text not null,
  -- Number of the period since 1970, by the database's clock.
  period bigint not null,
  used bigint not null,
  -- When it can be forgotten.
  until timestamptz not null,
  primary key (name, measure)
);
alter table limit_use enable row level security;
alter table limit_use force row level security;
create policy owner_all on limit_use to prasan_owner using (true) with check (true);
-- Places for requests under way, by node; a node that is not heard of again loses its own.
create unlogged table limit_place (
  name text not null,
  node text not null,
  held integer not null,
  until timestamptz not null,
  primary key (name, node)
);
alter table limit_place enable row level security;
alter table limit_place force row level security;
create policy owner_all on limit_place to prasan_owner using (true) with check (true);
--> statement-breakpoint
-- Takes up to `want` of what the period has left; all of it `anyway` where it has happened already.
create function prasan_take_quota(taker text, counted text, seconds integer, bound bigint, want bigint, anyway boolean, out granted bigint, out used bigint, out reset float8)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  instant float8 := extract(epoch from clock_timestamp());
  now_period bigint := floor(instant / seconds);
  before bigint;
begin
  reset := (now_period + 1) * seconds - instant;
  insert into limit_use as q (name, measure, period, used, until) values (taker, counted, now_period, 0, to_timestamp((now_period + 1) * seconds))
    on conflict (name, measure) do update set
      used = case when q.period = now_period then q.used else 0 end, period = now_period, until = excluded.until
    returning q.used into before;
  granted := case when anyway then want else greatest(0, least(want, bound - before)) end;
  used := before + granted;
  update limit_use q set used = prasan_take_quota.used where q.name = taker and q.measure = counted;
end $$;
--> statement-breakpoint
create function prasan_take_places(taker text, by_node text, want integer, bound integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  others integer;
  given integer;
begin
  perform pg_advisory_xact_lock(726102, hashtext(taker));
  select coalesce(sum(p.held), 0) into others from limit_place p where p.name = taker and p.node <> by_node and p.until > clock_timestamp();
  given := greatest(0, least(want, bound - others));
  insert into limit_place as p (name, node, held, until) values (taker, by_node, given, clock_timestamp() + interval '30 seconds')
    on conflict (name, node) do update set held = excluded.held, until = excluded.until;
  return given;
end $$;
--> statement-breakpoint
create function prasan_forget_limits() returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from limit_use where until < statement_timestamp();
  delete from limit_place where until < statement_timestamp()
$$;
--> statement-breakpoint
revoke all on limit_use, limit_place from public;
revoke all on function prasan_take_quota(text, text, integer, bigint, bigint, boolean), prasan_take_places(text, text, integer, integer), prasan_forget_limits() from public;
grant execute on function prasan_take_quota(text, text, integer, bigint, bigint, boolean), prasan_take_places(text, text, integer, integer), prasan_forget_limits() to prasan_app;
