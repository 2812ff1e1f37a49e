using Pos.Cdk.Warehouse;
using Pos.Storage.Warehouse;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>The schema's scripts as the Data API takes them: one statement at a time.</summary>
[Fast]
public sealed class SqlStatementsTests
{
    [Fact]
    public void Semicolons_in_bodies_quotes_and_comments_end_no_statement() =>
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
            Assert.InRange(statements.Count, 1, 39); // 40 with the one that records it
            Assert.All(statements, statement =>
                Assert.Matches("^(CREATE|ALTER|DROP|GRANT|REVOKE|INSERT|UPDATE|DELETE|COMMENT)", statement.TrimStart())
            );
            Assert.All(statements, statement => Assert.InRange(statement.Length, 1, 100_000));
        }
    }
}
