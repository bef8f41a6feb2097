// Pages and JSON routes over `Desk`, from one route table. Reads may go straight to `Store`; every
// change goes through `Desk`.
