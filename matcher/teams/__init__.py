"""Teams of three houses, and assignments of many to many: problems stated, solved exactly and explained."""
