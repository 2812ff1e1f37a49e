using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Warehouse;

/// <summary>Checks that the scripts of both dialects define the same schema.</summary>
[SystemTest]
public sealed class DialectTests(PostgresServer postgres)
{
    // Columns that only have ASCII characters, by the contract's rules or by their format.
    private static readonly string[] s_ascii = ["purchase_id", "currency", "position"];

    /// <summary>
    /// Features that Redshift lacks or interprets differently, each with its page of the documentation
    /// (docs.aws.amazon.com/redshift/latest/dg/…).
    /// </summary>
    public static TheoryData<string, string> Lacking =>
        new()
        {
            // c_unsupported-postgresql-datatypes: not supported. text is stored as varchar(256) (r_Character_types).
            { "text", "r_Character_types" },
            { "json", "c_unsupported-postgresql-datatypes" },
            { "jsonb", "c_unsupported-postgresql-datatypes" },
            { "uuid", "c_unsupported-postgresql-datatypes" },
            { "bytea", "c_unsupported-postgresql-datatypes" },
            { "money", "c_unsupported-postgresql-datatypes" },
            { "serial", "c_unsupported-postgresql-datatypes" },
            { "bigserial", "c_unsupported-postgresql-datatypes" },
            { "xml", "c_unsupported-postgresql-datatypes" },
            { "inet", "c_unsupported-postgresql-datatypes" },
            { "array", "c_unsupported-postgresql-datatypes" },
            { "[", "c_unsupported-postgresql-datatypes" },
            { "create type", "c_unsupported-postgresql-datatypes" },
            // c_unsupported-postgresql-features
            { "create index", "c_unsupported-postgresql-features" },
            { "create unique", "c_unsupported-postgresql-features" },
            { "create trigger", "c_unsupported-postgresql-features" },
            { "create sequence", "c_unsupported-postgresql-features" },
            { "create domain", "c_unsupported-postgresql-features" },
            { "create extension", "c_unsupported-postgresql-features" },
            { "tablespace", "c_unsupported-postgresql-features" },
            { "inherits", "c_unsupported-postgresql-features" },
            { "check (", "c_unsupported-postgresql-features" },
            { "exclude", "c_unsupported-postgresql-features" },
            { "nulls not distinct", "r_CREATE_TABLE_NEW" },
            { "generated always", "r_CREATE_TABLE_NEW" },
            { "collate \"c\"", "r_CREATE_TABLE_NEW" },
            { "on conflict", "r_INSERT_30" },
            { "returning", "r_INSERT_30" },
            { "distinct on", "r_SELECT_list" },
            { "filter (", "c_Aggregate_Functions" },
            { "lateral", "r_FROM_clause30" },
            { "for update", "r_SELECT_synopsis" },
            { "do $$", "stored-procedure-overview" },
            { "set work_mem", "r_CREATE_PROCEDURE" },
            { "is distinct from", "c_unsupported-postgresql-functions" },
            { "is not distinct from", "c_unsupported-postgresql-functions" },
            // c_unsupported-postgresql-functions
            { "string_agg", "c_unsupported-postgresql-functions" },
            { "array_agg", "c_unsupported-postgresql-functions" },
            { "every", "c_unsupported-postgresql-functions" },
            { "generate_series", "c_unsupported-postgresql-functions" },
            { "clock_timestamp", "c_unsupported-postgresql-functions" },
            { "transaction_timestamp", "c_unsupported-postgresql-functions" },
            { "pg_sleep", "c_unsupported-postgresql-functions" },
            { "pg_advisory_xact_lock", "c_unsupported-postgresql-functions" },
            { "pg_relation_size", "c_unsupported-postgresql-functions" },
            { "gen_random_uuid", "c_unsupported-postgresql-functions" },
            // c_SQL_functions_leader_node_only: "now" fails in queries of tables. Redshift has getdate() instead.
            { "now (", "c_SQL_functions_leader_node_only" },
            { "age (", "c_SQL_functions_leader_node_only" },
        };

    [Theory]
    [MemberData(nameof(Lacking))]
    public void The_Redshift_scripts_only_use_features_of_Redshift(string words, string source)
    {
        var scripts = WarehouseSchema.Scripts(WarehouseDialect.Redshift);
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
            Assert.False(
                SqlTokens.Parse(script.Sql).Has(SqlTokens.Parse(words)),
                $"{script.Name} has '{words}', which Redshift lacks ({source})."
            );
    }

    [Fact]
    public void Words_are_found_in_statements_but_not_in_comments_or_names()
    {
        var tokens = SqlTokens.Parse(
            "SELECT returning_customers, 'ON CONFLICT' -- RETURNING\n"
                + "FROM a ON\n  Conflict /* text */ DO NOTHING; b varchar(3)[]"
        );
        Assert.True(tokens.Has("on", "conflict"));
        Assert.True(tokens.Has("["));
        Assert.False(tokens.Has("returning"));
        Assert.False(tokens.Has("text"));
    }

    [Fact]
    public async Task Tables_and_views_have_the_same_columns_in_both_dialects()
    {
        await using var own = await WarehouseDatabase.CreateAsync(postgres);
        await using var redshift = await WarehouseDatabase.CreateAsync(postgres, WarehouseDialect.Redshift);
        const string Columns = """
            SELECT table_name, string_agg(column_name, ', ' ORDER BY ordinal_position)
            FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name <> 'schemaversions' AND table_name NOT LIKE 'sys\_%'
            GROUP BY 1
            ORDER BY 1
            """;
        var columns = await own.RowsAsync(Columns);
        Assert.Equal(columns, await redshift.RowsAsync(Columns));
        string[] all = [WarehouseTables.Landing, .. WarehouseTables.Readable];
        Assert.Equal(all.Order(StringComparer.Ordinal), columns.Select(table => table.Split('|')[0]));
    }

    [Fact]
    public void Readers_have_the_same_permissions_on_Redshift_and_Postgres()
    {
        var tokens = SqlTokens.Parse(
            WarehouseSchema
                .Scripts(WarehouseDialect.Redshift)
                .Single(script => script.Name.EndsWith("_readers.sql", StringComparison.Ordinal))
                .Sql
        );
        var granted = string.Join(' ', tokens).Split("grant select on ")[1].Split(" to group")[0].Split(" , ");
        string[] readable = [WarehouseTables.Landing, .. WarehouseTables.Readable];
        Assert.Equal(readable.Order(), granted.Order());
        Assert.Equal(2, tokens.Count(token => token == "grant"));
    }

    [Fact]
    public async Task Texts_have_four_bytes_per_character_on_Redshift()
    {
        await using var own = await WarehouseDatabase.CreateAsync(postgres);
        await using var redshift = await WarehouseDatabase.CreateAsync(postgres, WarehouseDialect.Redshift);
        string Lengths(string factor) =>
            $"""
                SELECT table_name, column_name, character_maximum_length * CASE WHEN column_name IN ('{string.Join(
                    "','",
                    s_ascii
                )}') THEN 1 ELSE {factor} END
                FROM information_schema.columns
                WHERE table_name IN ('{WarehouseTables.Landing}', '{WarehouseTables.Lines}')
                    AND data_type = 'character varying'
                ORDER BY 1, 2
                """;
        Assert.Equal(await own.RowsAsync(Lengths("4")), await redshift.RowsAsync(Lengths("1")));
    }

    [Fact]
    public void Every_Redshift_table_is_distributed_and_sorted_and_the_merge_is_a_procedure()
    {
        var scripts = WarehouseSchema
            .Scripts(WarehouseDialect.Redshift)
            .Select(script => SqlTokens.Parse(script.Sql))
            .ToList();
        var tables = string.Join(' ', scripts.SelectMany(tokens => tokens))
            .Split("create table")
            .Skip(1)
            .Select(table => table.Split(';')[0])
            .ToList();
        Assert.Equal(2, tables.Count);
        Assert.All(tables, table =>
            Assert.Contains("distkey ( purchase_id ) sortkey (", table, StringComparison.Ordinal)
        );
        Assert.Contains("bigint identity ( 1 , 1 )", tables[0], StringComparison.Ordinal);
        Assert.Contains(scripts, tokens =>
            tokens.Has("create", "or", "replace", "procedure", WarehouseTables.MergeProcedure)
        );
    }
}
