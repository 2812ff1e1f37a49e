using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.Ui.Formats;

namespace Pos.Ui.Sales;

/// <summary>
/// Sales by event time, up to date by themselves: whether there is anything new is asked every few seconds, and only
/// then all else.
/// </summary>
public sealed partial class SalesPage(LookupClient lookup, SharedFreshness freshness, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);
    private const int MostNames = 1_000;

    private readonly CancellationTokenSource _gone = new();
    private Answer<SalesFreshness>? _freshness;
    private DateTimeOffset _askedAt;
    private SalesReport? _report;
    private bool _isSeen = true;
    private IReadOnlyList<string> _countries = [];
    private IReadOnlyList<string> _stores = [];

    [SupplyParameterFromQuery]
    private string? Grain { get; set; }

    [SupplyParameterFromQuery]
    private string? Live { get; set; }

    private string Title => Query.Country is { } country ? $"Sales in {country}" : "Sales";

    private IReadOnlyList<string> Currencies =>
        _report?.Summary.Value is { } summary
            ? [.. summary.OtherCurrencies.Append(summary.Currency).Order(StringComparer.Ordinal)]
            : [];

    protected override SalesQuery ReadQuery() => ReadSales(Grain, Live);

    protected override async Task OnInitializedAsync()
    {
        if (!RendererInfo.IsInteractive)
            return;
        _ = FollowAsync();
        await LoadNamesAsync();
    }

    protected override async Task LoadAsync(SalesQuery query, CancellationToken cancellationToken)
    {
        // What is shown stays until the other is there: figures change, and the page does not jump.
        await AskFreshnessAsync(cancellationToken);
        if (_freshness?.Value is { NewestEventAt: { } newest })
        {
            var filter = query.Filter(DateOnly.FromDateTime(newest));
            _report = await SalesReport.LoadAsync(lookup, filter, query.GrainOf(filter), cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gone.Cancel();
            _gone.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task FollowAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(s_pause, time);
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (!Query.IsPaused && _isSeen)
                    await InvokeAsync(RefreshAsync);
            }
        }
        catch (OperationCanceledException)
        {
            // The visitor has left.
        }
    }

    private async Task RefreshAsync()
    {
        var before = _freshness?.Value;
        await AskFreshnessAsync(_gone.Token);
        if (
            _freshness?.Value is { } now
            && (now.NewestLoadAt, now.Rows, now.RowsNotMerged)
                != (before?.NewestLoadAt, before?.Rows, before?.RowsNotMerged)
        )
        {
            await ReloadAsync();
            await LoadNamesAsync();
        }
        StateHasChanged();
    }

    private async Task SeenAsync(bool isSeen)
    {
        _isSeen = isSeen;
        if (isSeen && !Query.IsPaused)
            await RefreshAsync();
    }

    private async Task AskFreshnessAsync(CancellationToken cancellationToken)
    {
        _freshness = await freshness.AskAsync(cancellationToken);
        _askedAt = time.GetUtcNow();
    }

    /// <summary>
    /// What countries and stores can be chosen among; without them both can still be given in the URL.
    /// </summary>
    private async Task LoadNamesAsync()
    {
        var all = new SalesRequest(null, null, null, null, Query.Currency);
        var (countries, stores) = (
            lookup.TopAsync(all, "country", MostNames, _gone.Token),
            lookup.TopAsync(all, "store", MostNames, _gone.Token)
        );
        _countries = await NamesAsync(countries, _countries);
        _stores = await NamesAsync(stores, _stores);

        static async Task<IReadOnlyList<string>> NamesAsync(Task<Answer<TopSales>> asked, IReadOnlyList<string> known)
        {
            try
            {
                return (await asked).Value is { } top
                    ? [.. top.Items.Select(item => item.Key).Order(StringComparer.CurrentCultureIgnoreCase)]
                    : known;
            }
            catch (OperationCanceledException)
            {
                return known;
            }
        }
    }

    /// <summary>What a bar of the chart counts: a month's days, a day's hours, an hour's purchases.</summary>
    private void Open(SalesSeriesPoint point)
    {
        var start = point.StartsAt;
        var day = DateOnly.FromDateTime(start);
        Go(
            _report!.Grain switch
            {
                "month" => (Query with { From = day, To = day.AddMonths(1).AddDays(-1), Grain = null }).Url,
                "day" => (Query with { From = day, To = day, Grain = null }).Url,
                _ => Query.PurchasesUrl(hour: point.Start),
            }
        );
    }

    private string CsvUrl(string file, string parameter, string value) =>
        _report!.Filter.Path($"exports/sales/{file}.csv").With(parameter, value).ToString();

    private static decimal? Change(SalesSummary summary, string figure) =>
        summary.Comparison?.RelativeChange.GetValueOrDefault(figure);

    private static string? Before(SalesSummary summary) =>
        summary.Comparison is { From: { } from, To: { } to }
            ? $"{Figures.Day(from)} – {Figures.Day(to.AddTicks(-1))}"
            : null;
}
