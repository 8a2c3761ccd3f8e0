-- The audit names customers by internal number, and keeps no text that an erasure removes elsewhere. What was written before that
-- rule is brought under it here, once; then the audit is append-only again. A name that meant several customers, or nobody any
-- more, becomes just 'customer'.
DROP TRIGGER audit_is_append_only_update;

UPDATE audit SET detail = NULL WHERE action IN ('receipt-read', 'do-not-contact.add', 'do-not-contact.lift');

UPDATE audit
SET subject = COALESCE(
  (SELECT CONCAT('customer:', MIN(i.customer_id)) FROM customer_identifier i
   WHERE i.namespace = CONVERT(SUBSTRING_INDEX(audit.subject, ':', 1) USING utf8mb4) COLLATE utf8mb4_bin
     AND i.value = CONVERT(SUBSTRING(audit.subject, LOCATE(':', audit.subject) + 1) USING utf8mb4) COLLATE utf8mb4_bin
   HAVING MIN(i.customer_id) = MAX(i.customer_id)),
  'customer')
WHERE action IN ('risk-explained', 'consent-recorded') AND subject NOT REGEXP '^customer:[0-9]+$';

CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
  FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit is append-only';
