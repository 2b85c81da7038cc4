"""Drafted orders, agreements and handover records: asked for, written as Word documents, proved."""
