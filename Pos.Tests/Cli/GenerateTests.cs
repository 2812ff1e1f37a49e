using Pos.Cli.Generate;
using Xunit;

namespace Pos.Tests.Cli;

[Fast]
public sealed class GenerateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    public void The_requested_number_of_rows_is_generated(int rows) => Assert.Equal(rows, Rows(rows, seed: 3).Count);

    [Fact]
    public void The_same_seed_gives_the_same_rows_and_another_seed_gives_others()
    {
        Assert.Equal(Rows(500, seed: 1), Rows(500, seed: 1));
        Assert.NotEqual(Rows(500, seed: 1), Rows(500, seed: 2));
    }

    [Fact]
    public void The_command_generates_the_bundled_sample()
    {
        using var generated = new StringWriter();
        GenerateCommand.Write(new TillRowGenerator(5000, 19, new DateOnly(2025, 1, 1), 365).Generate(), generated);
        Assert.Equal(
            File.ReadAllText(Path.Combine(Repository.Folder, "samples", "purchases.csv")),
            generated.ToString()
        );
    }

    [Fact]
    public void The_rows_cover_a_year_and_have_the_irregularities_of_real_data()
    {
        var rows = Rows(5_000, seed: 19);
        Assert.Contains(rows, row => row.Invoice[0] == 'C' && row.Quantity < 0);
        Assert.Contains(rows, row => row.Invoice[0] == 'A' && row.UnitPrice < 0);
        Assert.Contains(rows, row => row.StockCode.Contains(' '));
        Assert.Contains(rows, row => row.Description is null);
        Assert.Contains(rows, row => row.Description?.Contains(',') == true);
        Assert.Contains(rows, row => row.Description is { } text && text.Trim() != text);
        Assert.Contains(rows, row => row.Description is { } text && text.Contains('"'));
        Assert.Contains(rows, row => row.UnitPrice == 0.001m);
        Assert.True(rows.Distinct().Count() < rows.Count, "no row is repeated");
        Assert.InRange(rows.Count(row => row.Customer is null), rows.Count / 5, rows.Count / 2);
        Assert.True(
            rows.Zip(rows.Skip(1)).Count(pair => pair.First.Invoice != pair.Second.Invoice)
                >= rows.Select(row => row.Invoice).Distinct().Count(),
            "no receipt is interrupted"
        );
        Assert.Equal(12, rows.Select(row => row.Date.Month).Distinct().Count());
    }

    private static List<TillRow> Rows(int rows, int seed) =>
        [.. new TillRowGenerator(rows, seed, new DateOnly(2025, 1, 1), 365).Generate()];
}
