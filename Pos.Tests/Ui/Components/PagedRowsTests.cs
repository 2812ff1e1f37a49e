using Bunit;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Pos.Contracts.Http;
using Pos.Ui.Components;
using Xunit;

namespace Pos.Tests.Ui.Components;

[Fast]
public sealed class PagedRowsTests : UiTest
{
    private const int Rows = 100_000;
    private const int RowsAPage = 1_000;

    private readonly List<int> _asked = [];
    private int _failing = -1;

    [Fact]
    public async Task A_list_of_100_000_rows_is_fetched_once_page_by_page_and_little_of_it_is_kept()
    {
        var list = Show(about: Rows);
        Assert.Equal([0], _asked);

        await AssertSeenAsync(list, Rows - 60, 60, Rows);
        Assert.Equal(Enumerable.Range(0, Rows / RowsAPage), _asked);
        _asked.Clear();

        await ScrollAsync(list, Rows - 3 * RowsAPage - 30, 60); // near, and across two pages
        Assert.Empty(_asked);

        await AssertSeenAsync(list, 970, 60, Rows);
        Assert.Equal([0, 1], _asked); // far: these were not kept
    }

    [Fact]
    public async Task A_list_of_unknown_length_grows_as_it_is_scrolled()
    {
        var list = Show(about: null);
        var (_, length) = await ScrollAsync(list, 0, 60);
        Assert.InRange(length, RowsAPage + 1, RowsAPage + 100);
        Assert.Equal([0], _asked);

        var (rows, longer) = await ScrollAsync(list, length - 60, 60);
        Assert.Equal(Numbers(length - 60, 60), rows);
        Assert.Equal(length + RowsAPage, longer);
        Assert.Equal([0, 1], _asked);
    }

    [Fact]
    public async Task A_page_that_cannot_be_had_is_told_of_and_asked_for_again_on_a_button()
    {
        var list = Show(about: Rows);
        _failing = 2;
        await AssertSeenAsync(list, 1_980, 20, 2 * RowsAPage);
        Assert.Contains(
            "The rest of the list cannot be shown now",
            list.Find(".failure").TextContent,
            StringComparison.Ordinal
        );
        await ScrollAsync(list, 1_980, 60);
        Assert.Equal([0, 1, 2], _asked); // not again and again

        _failing = -1;
        await list.InvokeAsync(() => list.Find(".failure fluent-button").Click());
        Assert.Empty(list.FindAll(".failure"));
        await AssertSeenAsync(list, 1_980, 60, Rows);
    }

    [Fact]
    public void An_empty_list_says_so_and_one_whose_first_page_fails_does_not()
    {
        var empty = Render<PagedRows<string>>(parameters =>
            parameters
                .Add(p => p.Load, (_, _) => Task.FromResult<Answer<Page<string>>>(new Page<string>([], null)))
                .Add(p => p.Columns, 1)
                .Add(p => p.Empty, "No rows.")
                .Add(p => p.RowTemplate, _ => "")
        );
        Assert.Contains("No rows.", empty.Markup, StringComparison.Ordinal);

        _failing = 0;
        var failed = Show(about: null);
        Assert.Contains("cannot be shown now", failed.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("No rows.", failed.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_needed_again_may_fail_too()
    {
        var list = Show(about: Rows);
        await ScrollAsync(list, Rows - 60, 60);
        _failing = 5;
        Assert.Empty((await ScrollAsync(list, 5 * RowsAPage, 60)).Rows);
        Assert.NotEmpty(list.FindAll(".failure"));

        _failing = -1;
        await list.InvokeAsync(() => list.Find(".failure fluent-button").Click());
        await AssertSeenAsync(list, 5 * RowsAPage, 60, Rows);
    }

    private IRenderedComponent<PagedRows<string>> Show(int? about) =>
        Render<PagedRows<string>>(parameters =>
            parameters
                .Add(p => p.Load, LoadAsync)
                .Add(p => p.Columns, 1)
                .Add(p => p.Empty, "No rows.")
                .Add(p => p.About, about)
                .Add(p => p.RowTemplate, row => $"<tr><td>{row}</td></tr>")
        );

    private Task<Answer<Page<string>>> LoadAsync(string? cursor, CancellationToken cancellationToken)
    {
        var page = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        _asked.Add(page);
        return Task.FromResult<Answer<Page<string>>>(
            page == _failing
                ? new ServiceUnavailable("lookup", "The lookup service does not answer.")
                : new Page<string>(
                    Numbers(page * RowsAPage, RowsAPage),
                    page == Rows / RowsAPage - 1 ? null : $"{page + 1}"
                )
        );
    }

    /// <summary>Scrolls to 60 rows, and sees so many of them.</summary>
    private static async Task AssertSeenAsync(
        IRenderedComponent<PagedRows<string>> list,
        int from,
        int seen,
        int length
    )
    {
        var answer = await ScrollAsync(list, from, 60);
        Assert.Equal(Numbers(from, seen), answer.Rows);
        Assert.Equal(length, answer.Length);
    }

    /// <summary>What the list answers when so many rows from one on come into view.</summary>
    private static async Task<(IReadOnlyList<string> Rows, int Length)> ScrollAsync(
        IRenderedComponent<PagedRows<string>> list,
        int from,
        int count
    )
    {
        var provide = list.FindComponent<Virtualize<string>>().Instance.ItemsProvider!;
        var result = await list.InvokeAsync(async () =>
            await provide(new(from, count, Xunit.TestContext.Current.CancellationToken))
        );
        return ([.. result.Items], result.TotalItemCount);
    }

    private static string[] Numbers(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(number => $"{number}")];
}
