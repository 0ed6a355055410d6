-- AlterTable
ALTER TABLE "TokenFamily" ADD COLUMN     "scopeNames" TEXT[];

-- AlterTable
ALTER TABLE "AccessToken" ADD COLUMN     "scopeNames" TEXT[];

-- By hand: until now apps asked by the names of the graph.
UPDATE "TokenFamily" SET "scopeNames" = "scopes";
UPDATE "AccessToken" SET "scopeNames" = "scopes";
