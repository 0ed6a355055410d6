-- AlterTable
ALTER TABLE "Hook" ADD COLUMN     "withMembers" BOOLEAN NOT NULL DEFAULT false;

-- Subscriptions of the scope organization of Calendly are told of members too, as its documents say.
UPDATE "Hook" SET "withMembers" = true WHERE "dialect" = 'CALENDLY' AND "withOwn" AND "teamId" IS NOT NULL;
UPDATE "Hook" h SET "withMembers" = true WHERE "dialect" = 'CALENDLY' AND "metadata" ->> 'scope' = 'organization'
  AND "teamId" IS NULL AND NOT EXISTS (SELECT FROM "TeamMember" m WHERE m."userId" = h."hostId" AND m."acceptedAt" IS NOT NULL);

-- The organization of an account: the team that it has been in for the longest (src/teams/organization.ts). Null: none.
CREATE FUNCTION "organizationOf"("account" integer) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT "teamId" FROM "TeamMember" WHERE "userId" = "account" AND "acceptedAt" IS NOT NULL
  ORDER BY "acceptedAt", "id" LIMIT 1
$$;
