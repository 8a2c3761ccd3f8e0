-- Which of the running campaigns that a party could be in has it: the one of the higher precedence. Equal ones go on side by side.
ALTER TABLE campaign ADD COLUMN precedence INT NOT NULL DEFAULT 0;
