UPDATE registration SET chat = 'C1' WHERE activity = 1 AND person = 'P1';
