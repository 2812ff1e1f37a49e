using System.Globalization;
using Bunit;
using Pos.Ui.Clients;
using Pos.Ui.Components;
using Xunit;

namespace Pos.Tests.Ui.Components;

public sealed class PagedRowsTests : UiTest
{
    private const int ItemsAPage = 100;

    private readonly List<string?> _asked = [];
    private bool _isAway;

    [Fact]
    public void Pages_are_fetched_one_after_the_other_and_each_once()
    {
        var rows = Show(items: 250);
        Assert.Equal([.. Enumerable.Range(0, 250).Select(i => $"{i}")], rows.FindAll("td.item").Select(cell => cell.TextContent));
        Assert.Equal([null, "100", "200"], _asked);
    }

    [Fact]
    public void What_cannot_be_fetched_leaves_the_rows_before_it_and_is_fetched_when_asked_again()
    {
        var rows = Show(items: 150, awayAfter: 100);
        Assert.Equal(100, rows.FindAll("td.item").Count);
        Assert.Contains("does not answer", rows.Find(".notice").TextContent, StringComparison.Ordinal);

        _isAway = false;
        rows.Find(".notice fluent-button").Click();
        rows.WaitForAssertion(() => Assert.Equal(150, rows.FindAll("td.item").Count));
        Assert.Empty(rows.FindAll(".notice"));
    }

    private IRenderedComponent<PagedRows<int>> Show(int items, int? awayAfter = null)
    {
        _isAway = awayAfter is not null;
        return Render<PagedRows<int>>(parameters => parameters
            .Add(rows => rows.Load, (cursor, _) => Task.FromResult(Page(cursor)))
            .Add(rows => rows.Columns, 1)
            .Add<int>(rows => rows.RowTemplate, item => $"<tr><td class=\"item\">{item}</td></tr>"));

        Answer<Page<int>> Page(string? cursor)
        {
            _asked.Add(cursor);
            var start = int.Parse(cursor ?? "0", CultureInfo.InvariantCulture);
            if (_isAway && start >= awayAfter)
                return new ServiceAway("lookup", "The lookup service does not answer.");
            var end = Math.Min(start + ItemsAPage, items);
            return new Page<int>([.. Enumerable.Range(start, end - start)], end == items ? null : end.ToString(CultureInfo.InvariantCulture));
        }
    }
}
