-- How requests stand with the desks that were asked: a row a leg, beside the leg's record. What stands here is of the kind that `status` and the audience
-- are: who asks whom for what kind of thing, and how it stands; what is asked and what is answered stands in records, and is sealed there.
create table request_leg (
  -- Goes with its record.
  record_id uuid primary key references record on delete cascade,
  request_id uuid not null,
  asker text not null,
  partner text not null,
  desk text not null,
  asks text not null,
  -- 0 ROUTINE .. 3 FLASH
  precedence smallint not null check (precedence between 0 and 3),
  state text not null,
  since timestamptz not null,
  -- Whether anybody waits for anything.
  waiting boolean not null,
  -- When the first of its clocks runs out, or ran out.
  due timestamptz,
  -- When the first clock that was not acted on yet runs out.
  next_at timestamptz,
  escalated_at timestamptz,
  -- [{clock, due, then, to, fired}]
  clocks jsonb not null,
  -- [{step, at, to, partner, desk}], oldest first
  steps jsonb not null
);
create index request_leg_inbox on request_leg (partner, desk, due, record_id) where waiting;
create index request_leg_escalated on request_leg (partner, due, record_id) where waiting and escalated_at is not null;
create index request_leg_request on request_leg (request_id);
create index request_leg_next on request_leg (next_at) where next_at is not null;
alter table request_leg enable row level security;
alter table request_leg force row level security;
revoke all on request_leg from public;
grant select, insert on request_leg to prasan_app;
grant update (desk, state, since, waiting, due, next_at, escalated_at, clocks, steps) on request_leg to prasan_app;
create policy owner_all on request_leg to prasan_owner using (true) with check (true);
-- Its two sides, and of them those that see the leg's record.
create policy app_read on request_leg for select to prasan_app using (
  (partner = current_setting('prasan.partner') or asker = current_setting('prasan.partner')) and exists (select 1 from record r where r.id = request_leg.record_id)
);
create policy app_add on request_leg for insert to prasan_app with check (asker = current_setting('prasan.partner'));
create policy app_change on request_leg for update to prasan_app
  using ((partner = current_setting('prasan.partner') or asker = current_setting('prasan.partner')) and exists (select 1 from record r where r.id = request_leg.record_id))
  with check (partner = current_setting('prasan.partner') or asker = current_setting('prasan.partner'));
--> statement-breakpoint
create function prasan_instant(at timestamptz) returns text
language sql stable set search_path = pg_catalog, public as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
--> statement-breakpoint
-- The leg's record says how it stands, and the two sides are told in their feeds: whoever moved it, a side or the clock, in the same transaction.
create function prasan_leg_moved() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  shown jsonb := jsonb_strip_nulls(jsonb_build_object(
    'desk', jsonb_build_object('partner', new.partner, 'desk', new.desk), 'state', new.state, 'since', prasan_instant(new.since), 'due', prasan_instant(new.due),
    'clocks', (select jsonb_agg(c - 'then' - 'to') from jsonb_array_elements(new.clocks) c), 'steps', new.steps));
begin
  update record r set body = (r.body - 'due' - 'clocks') || shown, updated_at = statement_timestamp() where r.id = new.record_id;
  insert into outbox (record_id, kind, before_audience, after_audience, fields)
    select r.id, r.kind, r.audience_id, r.audience_id, '{state}' from record r where r.id = new.record_id;
  return null;
end $$;
create trigger request_leg_moved after update on request_leg for each row execute function prasan_leg_moved();
--> statement-breakpoint
-- Acts on clocks that ran out, by this database's clock, each once: a row that another node has in hand is passed over, and whoever comes later finds
-- nothing left. Late is as good as in time: what ran out while nobody looked is acted on now.
create function prasan_fire_clocks(at_most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  leg request_leg%rowtype;
  ran jsonb;
  left_clocks jsonb;
  made jsonb;
  over text;
  done integer := 0;
  stamp text := prasan_instant(statement_timestamp());
begin
  for leg in select * from request_leg l where l.next_at <= statement_timestamp() order by l.next_at limit at_most for update skip locked loop
    left_clocks := '[]';
    made := '[]';
    over := null;
    for ran in select c from jsonb_array_elements(leg.clocks) c order by c ->> 'due' loop
      if ran ? 'fired' or (ran ->> 'due')::timestamptz > statement_timestamp() then
        left_clocks := left_clocks || jsonb_build_array(ran);
      else
        left_clocks := left_clocks || jsonb_build_array(ran || jsonb_build_object('fired', stamp));
        if ran ->> 'then' = 'EXPIRE' then
          over := ran ->> 'to';
          made := made || jsonb_build_array(jsonb_build_object('step', 'EXPIRE', 'clock', ran ->> 'clock', 'at', stamp, 'to', over));
          exit;
        end if;
        made := made || jsonb_build_array(jsonb_build_object('step', ran ->> 'then', 'clock', ran ->> 'clock', 'at', stamp, 'to', leg.state));
        if ran ->> 'then' = 'ESCALATE' then
          leg.escalated_at := coalesce(leg.escalated_at, statement_timestamp());
        end if;
      end if;
    end loop;
    if over is null then
      update request_leg l set clocks = left_clocks, steps = leg.steps || made, escalated_at = leg.escalated_at,
        next_at = (select min((c ->> 'due')::timestamptz) from jsonb_array_elements(left_clocks) c where not c ? 'fired')
        where l.record_id = leg.record_id;
    else
      update request_leg l set clocks = '[]', steps = leg.steps || made, state = over, since = statement_timestamp(), waiting = false, due = null, next_at = null
        where l.record_id = leg.record_id;
    end if;
    done := done + 1;
  end loop;
  return done;
end $$;
--> statement-breakpoint
revoke all on function prasan_instant(timestamptz) from public;
revoke all on function prasan_leg_moved() from public;
revoke all on function prasan_fire_clocks(integer) from public;
grant execute on function prasan_fire_clocks(integer) to prasan_app;
