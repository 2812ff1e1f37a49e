namespace Pos.Warehouse;

/// <summary>The SQL a warehouse speaks.</summary>
public enum WarehouseDialect
{
    /// <summary>PostgreSQL 14 or newer.</summary>
    Postgres,

    /// <summary>Amazon Redshift.</summary>
    Redshift,
}
