"""The words of the design as frozen records. Imports nothing of ours; everything else imports it."""
