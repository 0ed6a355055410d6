-- CreateIndex
CREATE INDEX "Event_hostId_kind_id_idx" ON "Event"("hostId", "kind", "id");
