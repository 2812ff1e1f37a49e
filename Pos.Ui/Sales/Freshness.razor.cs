using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Sales;

public sealed partial class Freshness
{
    private DateTimeOffset? _answeredAt;

    [Parameter]
    public Answer<SalesFreshness>? State { get; set; }

    /// <summary>When that was asked.</summary>
    [Parameter]
    public DateTimeOffset AskedAt { get; set; }

    [Parameter]
    public bool IsPaused { get; set; }

    /// <summary>Where it is paused, or goes on.</summary>
    [Parameter, EditorRequired]
    public required string PauseUrl { get; set; }

    protected override void OnParametersSet()
    {
        if (State?.Value is not null)
            _answeredAt = AskedAt;
    }
}
