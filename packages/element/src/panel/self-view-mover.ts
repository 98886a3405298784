/** Where one's own picture stands on the stage. */
type Block = 'start' | 'end';
type Inline = 'start' | 'end';

/** px that a pointer has to move before it drags. */
const DRAG_PX = 6;

/** Moves one's own picture to a corner of the stage: by dragging it there, or by arrow keys. Has no state but the element's. */
export function moveSelfView(event: Event, picture: HTMLElement): void {
  if (event instanceof KeyboardEvent) moveByKey(picture, event);
  else if (event instanceof PointerEvent && event.isPrimary && event.button === 0) drag(picture, event);
}

function moveByKey(picture: HTMLElement, event: KeyboardEvent): void {
  const { block, inline } = cornerOf(picture);
  const isRtl = picture.matches(':dir(rtl)');
  switch (event.key) {
    case 'ArrowUp':
      moveTo(picture, 'start', inline);
      break;
    case 'ArrowDown':
      moveTo(picture, 'end', inline);
      break;
    case 'ArrowLeft':
      moveTo(picture, block, isRtl ? 'end' : 'start');
      break;
    case 'ArrowRight':
      moveTo(picture, block, isRtl ? 'start' : 'end');
      break;
    default:
      return;
  }
}

function drag(picture: HTMLElement, down: PointerEvent): void {
  const from = { x: down.clientX, y: down.clientY };
  const ending = new AbortController();
  const { signal } = ending;
  let isDragging = false;
  picture.setPointerCapture(down.pointerId);
  picture.addEventListener(
    'pointermove',
    ({ clientX, clientY }) => {
      const [x, y] = [clientX - from.x, clientY - from.y];
      isDragging ||= Math.hypot(x, y) >= DRAG_PX;
      if (isDragging) picture.style.translate = `${x}px ${y}px`;
    },
    { signal },
  );
  const end = ({ type }: PointerEvent): void => {
    if (isDragging && type === 'pointerup') snap(picture);
    picture.style.removeProperty('translate');
    ending.abort();
  };
  for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
    picture.addEventListener(type, end, { signal });
  }
}

/** To the corner that is nearest to where it was let go. */
function snap(picture: HTMLElement): void {
  const stage = picture.parentElement?.getBoundingClientRect();
  if (stage === undefined) return;
  const own = picture.getBoundingClientRect();
  const isTop = own.top + own.height / 2 < stage.top + stage.height / 2;
  const isLeft = own.left + own.width / 2 < stage.left + stage.width / 2;
  moveTo(picture, isTop ? 'start' : 'end', isLeft === picture.matches(':dir(rtl)') ? 'end' : 'start');
}

function cornerOf(picture: HTMLElement): { readonly block: Block; readonly inline: Inline } {
  return {
    block: picture.classList.contains('at-top') ? 'start' : 'end',
    inline: picture.classList.contains('at-start') ? 'start' : 'end',
  };
}

function moveTo(picture: HTMLElement, block: Block, inline: Inline): void {
  picture.classList.toggle('at-top', block === 'start');
  picture.classList.toggle('at-start', inline === 'start');
}
