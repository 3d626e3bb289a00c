"""Reminders by WhatsApp: approved templates, what fills them, and whose number a message goes to."""
