using Pos.Cdk.Warehouse;
using Pos.Storage.Warehouse;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>Tests splitting the schema's scripts into statements for the Data API.</summary>
[Fast]
public sealed class SqlStatementsTests
{
    [Fact]
    public void Semicolons_in_bodies_quotes_and_comments_do_not_end_a_statement() =>
        Assert.Equal(
            [
                "CREATE TABLE a (b int) -- c; d",
                "CREATE PROCEDURE p() AS $$ BEGIN x; y; END; $$ LANGUAGE plpgsql",
                "INSERT INTO a VALUES ('1;''2')",
                "SELECT \"x;y\"",
            ],
            SqlStatements
                .Split(
                    """
                    -- about; this
                    CREATE TABLE a (b int) -- c; d
                    ;
                    CREATE PROCEDURE p() AS $$ BEGIN x; y; END; $$ LANGUAGE plpgsql;

                    INSERT INTO a VALUES ('1;''2');
                    -- the end
                    SELECT "x;y"
                    """
                )
                .Select(statement => statement.Trim())
        );

    [Fact]
    public void Every_script_of_the_schema_fits_a_batch_of_the_Data_API()
    {
        foreach (var script in WarehouseSchema.Scripts(WarehouseDialect.Redshift))
        {
            var statements = SqlStatements.Split(script.Sql);
            Assert.InRange(statements.Count, 1, 39); // The Data API allows 40; one records the script.
            Assert.All(statements, statement =>
                Assert.Matches("^(CREATE|ALTER|DROP|GRANT|REVOKE|INSERT|UPDATE|DELETE|COMMENT)", statement.TrimStart())
            );
            Assert.All(statements, statement => Assert.InRange(statement.Length, 1, 100_000));
        }
    }
}
