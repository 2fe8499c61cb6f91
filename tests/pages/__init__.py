"""Every page: who may open it, what it costs, what it says in three languages."""
