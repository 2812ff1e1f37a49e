using Microsoft.AspNetCore.Components;

namespace Pos.Ui.Sales;

/// <summary>A figure with what it means, and how it has changed.</summary>
public sealed partial class FigureCard
{
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required string Value { get; set; }

    [Parameter, EditorRequired]
    public required string Definition { get; set; }

    /// <summary>0.25 is a quarter more than before; null when it cannot be told.</summary>
    [Parameter]
    public decimal? Change { get; set; }

    /// <summary>The span compared with; null when there is none.</summary>
    [Parameter]
    public string? Before { get; set; }

    /// <summary>Where what it counts is shown.</summary>
    [Parameter]
    public string? Href { get; set; }
}
