using Microsoft.AspNetCore.Components;
using Microsoft.FluentUI.AspNetCore.Components;
using Pos.Contracts.Http;

namespace Pos.Ui.Components;

public sealed partial class FailureNotice
{
    [Parameter, EditorRequired]
    public required Failure Failure { get; set; }

    /// <summary>What cannot be shown: "The purchase".</summary>
    [Parameter]
    public string What { get; set; } = "This";

    /// <summary>Above the reason, where it is not about something to be shown.</summary>
    [Parameter]
    public string? Heading { get; set; }

    [Parameter]
    public EventCallback OnRetry { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    private string Kind =>
        Failure switch
        {
            ServiceUnavailable => "away",
            NotFound => "missing",
            _ => "refused",
        };

    private string Title =>
        Heading
        ?? Failure switch
        {
            ServiceUnavailable => $"{What} cannot be shown now",
            NotFound => $"{What} is not there",
            _ => $"{What} cannot be asked for like this",
        };

    private MessageBarIntent Intent =>
        Failure switch
        {
            ServiceUnavailable => MessageBarIntent.Error,
            NotFound => MessageBarIntent.Info,
            _ => MessageBarIntent.Warning,
        };
}
