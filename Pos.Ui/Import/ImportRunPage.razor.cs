using Microsoft.AspNetCore.Components;
using Pos.Contracts;
using Pos.Ui.Components;

namespace Pos.Ui.Import;

public sealed partial class ImportRunPage : QueryPage<string>
{
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(500);

    private FileImport? _import;
    private ImportStatus _status = null!;
    private bool _isLoaded;
    private int? _rate;
    private string _currency = PurchaseRules.UsualCurrency;
    private string? _refusal;

    [Parameter]
    public required string Id { get; set; }

    [Inject]
    private Imports Imports { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    protected override string ReadQuery() => Id;

    protected override Task LoadAsync(string query, CancellationToken cancellationToken)
    {
        (_import, _isLoaded, _refusal) = (Imports.Find(query), true, null);
        if (_import is null)
            return Task.CompletedTask;
        (_status, _rate, _currency) = (_import.Status, _import.Rate, _import.Currency);
        _ = FollowAsync(_import, cancellationToken);
        return Task.CompletedTask;
    }

    /// <summary>Shows what changes, until the visitor leaves.</summary>
    private async Task FollowAsync(FileImport import, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_redraw, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (import.Status is var status && status != _status)
                    await InvokeAsync(() => Show(status));
            }
        }
        catch (Exception left) when (left is OperationCanceledException or ObjectDisposedException)
        {
            // Its visitor has left, or looks at another.
        }
    }

    private void Show(ImportStatus status)
    {
        _status = status;
        StateHasChanged();
    }

    private void Start()
    {
        var currency = _currency.Trim().ToUpperInvariant();
        if (_rate is < 1)
            _refusal = "At least one row a second is sent.";
        else if (currency is not { Length: 3 } || !currency.All(char.IsAsciiLetterUpper))
            _refusal = "A currency is an ISO 4217 code, three letters such as GBP.";
        else if (!Imports.TryStart(_import!, _rate, currency))
            _refusal = Imports.Find(Id) is null
                ? "This import has made room for newer ones: import the file again."
                : "Other imports are running, as many as may at once. Start this one when one of them has ended.";
        else
            _refusal = null;
        _status = _import!.Status;
    }
}
