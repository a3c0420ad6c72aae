"""The data files of OpsDesk; read through ``opsdesk.catalogue.resources`` alone."""
