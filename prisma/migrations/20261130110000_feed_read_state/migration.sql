-- Feeds that have not changed are not parsed again, and those that fail are read less often.
alter table "CalendarFeed" add column "failures" integer not null default 0, add column "readState" jsonb;
