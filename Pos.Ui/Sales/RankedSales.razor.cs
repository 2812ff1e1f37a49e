using System.Globalization;
using Microsoft.AspNetCore.Components;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Sales;

public sealed partial class RankedSales
{
    private readonly string _id = $"rank-{Guid.NewGuid():N}";

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>What an item is.</summary>
    [Parameter, EditorRequired]
    public required string What { get; set; }

    [Parameter, EditorRequired]
    public required TopSales Top { get; set; }

    /// <summary>Where what an item counts is shown.</summary>
    [Parameter, EditorRequired]
    public required Func<TopSale, string> Link { get; set; }

    [Parameter, EditorRequired]
    public required string CsvUrl { get; set; }

    private string Width(TopSale item)
    {
        var most = Top.Items.Max(other => other.Net);
        var share = most > 0 ? Math.Clamp(item.Net / most, 0, 1) : 0;
        return share.ToString("0.0%", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
    }
}
