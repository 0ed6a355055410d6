-- Parts of a feed's files that could not be read.
alter table "CalendarFeed" add column "problems" jsonb not null default '[]';
