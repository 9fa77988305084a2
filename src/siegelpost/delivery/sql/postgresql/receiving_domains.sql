-- receiving_domains: the domains with the most recipients, each with their number, the largest first
-- Parameters: people (fewest recipients of a domain that is named), most (rows at most)
-- Index: none, everybody is counted; the worker asks once an hour while a limit goes by mail hosts
-- Views: audience_recipient
-- Test: tests/delivery/test_mail_hosts.py
SELECT LOWER(SPLIT_PART(email, '@', 2)) AS domain, COUNT(*) AS people
  FROM audience_recipient GROUP BY 1 HAVING COUNT(*) >= %(people)s
 ORDER BY people DESC, domain LIMIT %(most)s
